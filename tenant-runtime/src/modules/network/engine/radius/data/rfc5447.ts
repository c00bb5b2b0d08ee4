import type { Dictionary } from "../dictionary/dictionary.ts";

/** RFC 5447 section 4. */
export const rfc5447: Dictionary = {
  attributes: [
    [124, "MIP6-Feature-Vector", "integer64"],
    [125, "MIP6-Home-Link-Prefix", "octets"],
  ],
  values: {},
};
