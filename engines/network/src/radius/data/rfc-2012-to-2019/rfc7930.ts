import type { Dictionary } from "../format/dictionary.ts";

/** RFC 7930; numbers and types as FreeRADIUS 3.2.1 lists them. */
export const rfc7930: Dictionary = {
  attributes: [
    ["241.3", "Response-Length", "integer"],
    ["241.4", "Original-Packet-Code", "integer"],
  ],
  values: {},
};
