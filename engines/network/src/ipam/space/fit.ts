import { type Block, spanBlocks } from "../blocks/span-blocks.ts";
import { type GapTree, gapsWhere } from "./gap-tree.ts";

/**
 * Which free block a new one is cut from: "lowest" has the lowest address; "best" the smallest that is
 * large enough, the lowest of those, so that larger ones stay whole.
 */
export type Fit = "lowest" | "best";

/** The starts of all free blocks of 2^exponent, in the order in which they would be taken one by one. */
export function* startsThatFit(tree: GapTree | undefined, exponent: number, fit: Fit): Generator<bigint> {
  const blocks = fit === "lowest" ? lowestBlocks(tree, exponent) : smallestBlocks(tree, exponent);
  const size = 1n << BigInt(exponent);
  for (const block of blocks) {
    const end = block.start + (1n << BigInt(block.exponent));
    for (let start = block.start; start < end; start += size) yield start;
  }
}

function* lowestBlocks(tree: GapTree | undefined, least: number): Generator<Block> {
  for (const gap of gapsWhere(tree, -1n << BigInt(least), 0n)) {
    for (const block of spanBlocks(gap)) if (block.exponent >= least) yield block;
  }
}

/** A block that was begun is used up before the next: what is left of it is smaller than all others. */
function* smallestBlocks(tree: GapTree | undefined, least: number): Generator<Block> {
  const sizes = tree?.blocks ?? 0n;
  for (let exponent = least; sizes >> BigInt(exponent) !== 0n; exponent += 1) {
    for (const gap of gapsWhere(tree, 1n << BigInt(exponent), 0n)) {
      for (const block of spanBlocks(gap)) if (block.exponent === exponent) yield block;
    }
  }
}
