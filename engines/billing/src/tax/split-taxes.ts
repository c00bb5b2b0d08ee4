import { Rational } from "../money/rational.ts";
import type { TaxSet } from "./tax-set.ts";

/** The tax of each rate of each set: `[set][rate]`, in minor units. */
export type SetTaxes = readonly (readonly bigint[])[];

interface Cell {
  readonly signature: string;
  readonly whole: bigint;
  readonly remainder: Rational;
  isRaised: boolean;
}

interface Row {
  readonly cells: readonly Cell[];
  /** The part of the set's price that is neither the net nor the taxes rounded down. */
  readonly missing: bigint;
}

/**
 * Splits the taxes of a document over its sets: each part is the exact one rounded down or up, the parts of
 * a tax sum to the tax, and the parts of a set to what its price holds besides the net. Large remainders are preferred
 * for rounding up.
 * @returns undefined where no such split exists.
 */
export function splitTaxes(
  sets: readonly TaxSet[],
  nets: readonly bigint[],
  taxes: ReadonlyMap<string, bigint>,
): SetTaxes | undefined {
  const rows = sets.map((set, index) => rowOf(set, nets[index] ?? 0n));
  const columns = new Map(taxes);
  for (const { signature, whole } of rows.flatMap(({ cells }) => cells)) {
    columns.set(signature, (columns.get(signature) ?? 0n) - whole);
  }
  if (rows.some(({ missing }) => missing < 0n)) return undefined;
  for (const row of rows) {
    for (let unit = 0n; unit < row.missing; unit += 1n) {
      if (!raise(row, rows, columns, new Set())) return undefined;
    }
  }
  if ([...columns.values()].some((column) => column !== 0n)) return undefined;
  return rows.map(({ cells }) => cells.map(({ whole, isRaised }) => (isRaised ? whole + 1n : whole)));
}

function rowOf({ gross, rates }: TaxSet, net: bigint): Row {
  const cells = rates.map(({ signature, factor }) => {
    const exact = factor.times(Rational.of(net));
    const whole = exact.floor();
    return { signature, whole, remainder: exact.minus(Rational.of(whole)), isRaised: false };
  });
  return { cells, missing: cells.reduce((rest, { whole }) => rest - whole, gross - net) };
}

/** Finds a tax that can take one unit more in a row, moving units of other rows where it has to. */
function raise(
  { cells }: Row,
  rows: readonly Row[],
  columns: Map<string, bigint>,
  seen: Set<string>,
): boolean {
  const open = cells
    .filter(({ isRaised }) => !isRaised)
    .sort((one, other) => other.remainder.compare(one.remainder));
  for (const cell of open) {
    if (seen.has(cell.signature)) continue;
    seen.add(cell.signature);
    const left = columns.get(cell.signature) ?? 0n;
    if (left > 0n) columns.set(cell.signature, left - 1n);
    else if (!moveAway(cell, rows, columns, seen)) continue;
    cell.isRaised = true;
    return true;
  }
  return false;
}

/** Takes a unit of the tax from another row, which takes one of another tax instead. */
function moveAway(
  { signature }: Cell,
  rows: readonly Row[],
  columns: Map<string, bigint>,
  seen: Set<string>,
): boolean {
  for (const row of rows) {
    const raised = row.cells.find((cell) => cell.signature === signature && cell.isRaised);
    if (raised === undefined || !raise(row, rows, columns, seen)) continue;
    raised.isRaised = false;
    return true;
  }
  return false;
}
