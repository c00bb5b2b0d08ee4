import type { Dictionary } from "../dictionary/dictionary.ts";

/** RFC 4849 section 2. */
export const rfc4849: Dictionary = {
  attributes: [[92, "NAS-Filter-Rule", "text"]],
  values: {},
};
