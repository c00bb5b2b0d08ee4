import type { Dictionary } from "../dictionary/dictionary.ts";

/** RFC 8559 section 3. */
export const rfc8559: Dictionary = {
  attributes: [["241.8", "Operator-NAS-Identifier", "octets"]],
  values: {},
};
