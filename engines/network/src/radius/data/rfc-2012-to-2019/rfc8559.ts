import type { Dictionary } from "../format/dictionary.ts";

/** RFC 8559; numbers and types as FreeRADIUS 3.2.1 lists them. */
export const rfc8559: Dictionary = {
  attributes: [["241.8", "Operator-NAS-Identifier", "octets"]],
  values: {},
};
