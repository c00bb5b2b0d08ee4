import type { Prefix } from "./prefix.ts";
import { Range } from "./range.ts";

/**
 * The addresses of a prefix that hosts may have. In a pool: all. Otherwise in IPv4 all without the network and
 * broadcast address (RFC 1122 section 3.2.1.3), but both of a /31 (RFC 3021) and the one of a /32; in IPv6 all
 * without the first, which is the subnet-router anycast address (RFC 4291 section 2.6.1), but all of a /127 (RFC
 * 6164) and a /128.
 */
export function usableRange(prefix: Prefix, pool = false): Range {
  const { family, first, last } = prefix;
  if (pool || prefix.bits - prefix.length <= 1) return Range.of(first, last);
  return Range.of(first.plus(1n), family === 4 ? last.plus(-1n) : last);
}
