import { joined, type Stretch, without } from "../periods/stretches.ts";
import type { Delta } from "./settle.ts";

/**
 * The dates that a line is about: of a charge those of its piece; of an adjustment those that were billed and are not
 * owed, or are owed and were not billed. Where the dates are the same and only the amount differs, these dates.
 */
export function changedDates({ kind, piece, billed, summed, amount }: Delta): readonly Stretch[] {
  if (kind === "charge") return piece === undefined ? [] : [piece];
  const owed = joined(summed);
  const before = billed?.dates ?? [];
  const changed = amount < 0n ? without(before, owed) : without(owed, before);
  if (changed.length > 0 && amount !== 0n) return changed;
  return owed.length > 0 ? owed : before;
}
