import type { Dictionary } from "../dictionary/dictionary.ts";

/** RFC 7155 section 4. */
export const rfc7155: Dictionary = {
  attributes: [[94, "Originating-Line-Info", "octets", { length: 2 }]],
  values: {},
};
