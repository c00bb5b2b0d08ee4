import { bitLength } from "../addresses/bit-length.ts";
import type { Span } from "./span.ts";

/** 2^exponent numbers that begin at a multiple of 2^exponent. */
export interface Block {
  readonly start: bigint;
  readonly exponent: number;
}

/**
 * The fewest blocks that make up a span, lowest first.
 *
 * Below the pivot every block ends at a multiple of a higher power of two, and above it each block begins at a
 * multiple of a lower one. So the set bits of the pivot's distances from both ends are the blocks.
 */
export function* spanBlocks({ start, end }: Span): Generator<Block> {
  const pivot = pivotOf({ start, end });
  for (let from = start; from !== pivot; ) {
    const size = (pivot - from) & (from - pivot);
    yield { start: from, exponent: bitLength(size) - 1 };
    from += size;
  }
  for (let from = pivot; from !== end; ) {
    const exponent = bitLength(end - from) - 1;
    yield { start: from, exponent };
    from += 1n << BigInt(exponent);
  }
}

/** The multiple of the highest power of two among the numbers after a span's start and up to its end. */
export function pivotOf({ start, end }: Span): bigint {
  const shift = BigInt(bitLength(start ^ end) - 1);
  return (end >> shift) << shift;
}
