import type { Dictionary } from "../format/dictionary.ts";

/** RFC 7155; numbers and types as FreeRADIUS 3.2.1 lists them. */
export const rfc7155: Dictionary = {
  attributes: [[94, "Originating-Line-Info", "octets", { length: 2 }]],
  values: {},
};
