import type { Prefix } from "./prefix.ts";
import { Range } from "./range.ts";

/**
 * The addresses of a prefix that hosts may have: all of a pool. Otherwise of IPv4 not the network and
 * broadcast address (RFC 1122 section 3.2.1.3) but of a /31 both (RFC 3021) and of a /32 the one; of IPv6
 * not the subnet-router anycast address, which is the first (RFC 4291 section 2.6.1), but all of a /127
 * (RFC 6164) and of a /128.
 */
export function usableRange(prefix: Prefix, pool = false): Range {
  const { family, first, last } = prefix;
  if (pool || prefix.bits - prefix.length <= 1) return Range.of(first, last);
  return Range.of(first.plus(1n), family === 4 ? last.plus(-1n) : last);
}
