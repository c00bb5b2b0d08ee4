import type { Dictionary } from "../dictionary/dictionary.ts";

/** RFC 4818 section 3. */
export const rfc4818: Dictionary = {
  attributes: [[123, "Delegated-IPv6-Prefix", "ipv6-prefix"]],
  values: {},
};
