import type { Dictionary } from "../format/dictionary.ts";

/** RFC 6911; numbers and types as FreeRADIUS 3.2.1 lists them. */
export const rfc6911: Dictionary = {
  attributes: [
    [168, "Framed-IPv6-Address", "ipv6"],
    [169, "DNS-Server-IPv6-Address", "ipv6"],
    [170, "Route-IPv6-Information", "ipv6-prefix"],
    [171, "Delegated-IPv6-Prefix-Pool", "text"],
    [172, "Stateful-IPv6-Address-Pool", "text"],
  ],
  values: {},
};
