import type { Dictionary } from "../format/dictionary.ts";

/** RFC 4849; numbers and types as FreeRADIUS 3.2.1 lists them. */
export const rfc4849: Dictionary = {
  attributes: [[92, "NAS-Filter-Rule", "text"]],
  values: {},
};
