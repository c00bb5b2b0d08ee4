import type { InputChecks } from "../../../../base/src/input-checks.ts";
import type { Block } from "./customer-facts.ts";

/**
 * Finds blocks that end before they begin, and a block without an end that another one follows: its end was lost, and
 * none of the days after it would be billed. Other blocks may overlap.
 */
export function checkBlocks(blocks: readonly Block[], checks: InputChecks): void {
  const open = blocks.findIndex(({ to }) => to === undefined);
  for (const [index, { from, to }] of blocks.entries()) {
    checks.interval(["blocks", index], { from: from.place(), to: to?.place() });
    const still = blocks[open];
    if (still === undefined || from.day <= still.from.day) continue;
    checks.refuseBeside(
      ["blocks", index],
      ["blocks", open],
      (other) =>
        `expected no block after the one at ${other}, which begins on ${still.from} and has no end; found one from ${from}: write the end of the earlier block (to), or remove this one`,
    );
  }
}
