import type { Dictionary } from "../dictionary/dictionary.ts";

/** RFC 6519 section 4. */
export const rfc6519: Dictionary = {
  attributes: [[144, "DS-Lite-Tunnel-Name", "text"]],
  values: {},
};
