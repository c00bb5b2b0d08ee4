import { type Block, spanBlocks } from "../blocks/span-blocks.ts";
import { type GapTree, gapsWhere } from "./gap-tree.ts";

/**
 * The choice of the free block to cut a new one from: "lowest" takes the lowest address; "best" takes the smallest
 * block that is large enough, the lowest of equals, so that larger blocks stay whole.
 */
export type Fit = "lowest" | "best";

/** The starts of all free blocks of 2^exponent, in the order in which they are taken one by one. */
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

/** Each block is used up before the next: the rest of a used block is the smallest block of all. */
function* smallestBlocks(tree: GapTree | undefined, least: number): Generator<Block> {
  const sizes = tree?.blocks ?? 0n;
  for (let exponent = least; sizes >> BigInt(exponent) !== 0n; exponent += 1) {
    for (const gap of gapsWhere(tree, 1n << BigInt(exponent), 0n)) {
      for (const block of spanBlocks(gap)) if (block.exponent === exponent) yield block;
    }
  }
}
