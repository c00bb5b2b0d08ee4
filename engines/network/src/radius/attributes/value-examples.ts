import type { ValueType } from "./attribute.ts";

/** An example value of each type, for messages. */
export const valueExamples: Readonly<Record<ValueType, string>> = {
  text: 'a text of whole characters, such as "user"',
  octets: "octets",
  byte: "a whole number from 0 to 255",
  short: "a whole number from 0 to 65535",
  integer: "a whole number from 0 to 4294967295, or the name of a value",
  signed: "a whole number from -2147483648 to 2147483647",
  integer64: "a bigint from 0 to 18446744073709551615",
  date: "whole seconds since 1970, up to 4294967295",
  ipv4: 'an IPv4 address, such as "192.0.2.1"',
  ipv6: 'an IPv6 address, such as "2001:db8::1"',
  "ipv4-prefix": 'an IPv4 prefix, such as "192.0.2.0/24"',
  "ipv6-prefix": 'an IPv6 prefix, such as "2001:db8::/48"',
  "interface-id": 'four groups of hexadecimal digits, such as "200:0:0:1"',
  ethernet: 'a MAC address, such as "00:00:5e:00:53:01"',
  tlv: "a list of attributes that belong in it",
};
