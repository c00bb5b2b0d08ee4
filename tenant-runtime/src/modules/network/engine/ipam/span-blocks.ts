import { bitLength } from "./bit-length.ts";

/** 2^exponent numbers from a multiple of 2^exponent on. */
export interface Block {
  readonly start: bigint;
  readonly exponent: number;
}

/**
 * The fewest blocks that make up the numbers from `start` to before `end`, lowest first.
 *
 * The number between them with the most trailing zeros is the pivot: below it every block ends at a
 * higher power of two, above it each begins at a lower one, so the set bits of both distances are the blocks.
 */
export function* spanBlocks(start: bigint, end: bigint): Generator<Block> {
  const pivot = pivotOf(start, end);
  let from = start;
  for (let below = pivot - start; below !== 0n; ) {
    const size = below & -below;
    yield { start: from, exponent: bitLength(size) - 1 };
    from += size;
    below -= size;
  }
  for (let above = end - pivot; above !== 0n; ) {
    const exponent = bitLength(above) - 1;
    yield { start: from, exponent };
    from += 1n << BigInt(exponent);
    above -= 1n << BigInt(exponent);
  }
}

/** The multiple of the highest power of two after `start` and not after `end`, of which there is one. */
export function pivotOf(start: bigint, end: bigint): bigint {
  const shift = BigInt(bitLength(start ^ end) - 1);
  return (end >> shift) << shift;
}
