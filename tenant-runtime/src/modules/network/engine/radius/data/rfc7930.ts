import type { Dictionary } from "../dictionary/dictionary.ts";

/** RFC 7930 section 4. */
export const rfc7930: Dictionary = {
  attributes: [
    ["241.3", "Response-Length", "integer"],
    ["241.4", "Original-Packet-Code", "integer"],
  ],
  values: {},
};
