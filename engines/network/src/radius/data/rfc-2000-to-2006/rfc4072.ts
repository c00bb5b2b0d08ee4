import type { Dictionary } from "../format/dictionary.ts";

/** RFC 4072; numbers and types as FreeRADIUS 3.2.1 lists them. */
export const rfc4072: Dictionary = {
  attributes: [[102, "EAP-Key-Name", "octets"]],
  values: {},
};
