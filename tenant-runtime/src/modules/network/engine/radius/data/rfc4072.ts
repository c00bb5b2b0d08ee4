import type { Dictionary } from "../dictionary/dictionary.ts";

/** RFC 4072 section 2. */
export const rfc4072: Dictionary = {
  attributes: [[102, "EAP-Key-Name", "octets"]],
  values: {},
};
