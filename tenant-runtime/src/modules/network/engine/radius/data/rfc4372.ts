import type { Dictionary } from "../dictionary/dictionary.ts";

/** RFC 4372 section 2. */
export const rfc4372: Dictionary = {
  attributes: [[89, "Chargeable-User-Identity", "octets"]],
  values: {},
};
