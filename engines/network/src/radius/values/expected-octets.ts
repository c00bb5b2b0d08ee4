import type { ValueType } from "../attributes/attribute.ts";

/** A description of the octets of each type, for messages. */
export const expectedOctets: Readonly<Record<ValueType, string>> = {
  text: "UTF-8 text",
  octets: "octets",
  byte: "1 octet",
  short: "2 octets",
  integer: "4 octets",
  signed: "4 octets",
  integer64: "8 octets",
  date: "4 octets of seconds since 1970",
  ipv4: "4 octets of an IPv4 address",
  ipv6: "16 octets of an IPv6 address",
  "ipv4-prefix": "a zero, a length of 0 to 32 and 4 octets of an IPv4 address",
  "ipv6-prefix": "a zero, a length of 0 to 128 and at most 16 octets of an IPv6 address",
  "interface-id": "8 octets",
  ethernet: "6 octets",
  tlv: "attributes of a number, a length and a value",
};
