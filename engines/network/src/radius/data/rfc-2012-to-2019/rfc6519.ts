import type { Dictionary } from "../format/dictionary.ts";

/** RFC 6519; numbers and types as FreeRADIUS 3.2.1 lists them. */
export const rfc6519: Dictionary = {
  attributes: [[144, "DS-Lite-Tunnel-Name", "text"]],
  values: {},
};
