import type { Dictionary } from "../format/dictionary.ts";

/** RFC 6930; numbers and types as FreeRADIUS 3.2.1 lists them. */
export const rfc6930: Dictionary = {
  attributes: [
    [173, "IPv6-6rd-Configuration", "tlv"],
    ["173.1", "IPv6-6rd-IPv4MaskLen", "integer"],
    ["173.2", "IPv6-6rd-Prefix", "ipv6-prefix"],
    ["173.3", "IPv6-6rd-BR-IPv4-Address", "ipv4"],
  ],
  values: {},
};
