import type { Dictionary } from "../format/dictionary.ts";

/** RFC 5447; numbers and types as FreeRADIUS 3.2.1 lists them. */
export const rfc5447: Dictionary = {
  attributes: [
    [124, "MIP6-Feature-Vector", "integer64"],
    [125, "MIP6-Home-Link-Prefix", "octets"],
  ],
  values: {},
};
