import type { Dictionary } from "../format/dictionary.ts";

/** RFC 4372; numbers and types as FreeRADIUS 3.2.1 lists them. */
export const rfc4372: Dictionary = {
  attributes: [[89, "Chargeable-User-Identity", "octets"]],
  values: {},
};
