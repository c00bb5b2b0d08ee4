import type { Dictionary } from "../format/dictionary.ts";

/** RFC 4818; numbers and types as FreeRADIUS 3.2.1 lists them. */
export const rfc4818: Dictionary = {
  attributes: [[123, "Delegated-IPv6-Prefix", "ipv6-prefix"]],
  values: {},
};
