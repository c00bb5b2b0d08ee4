import { IPAddress } from "../addresses/ip-address.ts";
import type { Prefix } from "./prefix.ts";
import type { Range } from "./range.ts";
import type { Span } from "./span.ts";

/** Addresses without a gap between them. */
export type AddressBlock = IPAddress | Prefix | Range;

/** The values of a block's addresses. */
export function spanOf(block: AddressBlock): Span {
  if (block instanceof IPAddress) return { start: block.value, end: block.value + 1n };
  return { start: block.first.value, end: block.last.value + 1n };
}
