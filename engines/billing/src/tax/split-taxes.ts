import { Rational } from "../money/rational.ts";
import type { TaxSet } from "./tax-set.ts";

/** The tax of each rate of each set: `[set][rate]`, in minor units. */
export type SetTaxes = readonly (readonly bigint[])[];

interface Cell {
  readonly row: number;
  readonly signature: string;
  readonly whole: bigint;
  readonly remainder: Rational;
  isRaised: boolean;
}

/**
 * Splits the taxes of a document over its sets: each part is the exact one rounded down or up, the parts of
 * a tax sum to the tax, and the parts of a set to what its price holds besides the net.
 * @returns undefined where no such split exists.
 */
export function splitTaxes(
  sets: readonly TaxSet[],
  nets: readonly bigint[],
  taxes: ReadonlyMap<string, bigint>,
): SetTaxes | undefined {
  const cells = cellsOf(sets, nets);
  const rows = sets.map(({ gross }, row) => gross - (nets[row] ?? 0n) - sumOf(cells[row] ?? []));
  const columns = new Map(taxes);
  for (const { signature, whole } of cells.flat()) {
    columns.set(signature, (columns.get(signature) ?? 0n) - whole);
  }
  if (rows.some((row) => row < 0n) || [...columns.values()].some((column) => column < 0n)) return undefined;
  for (const [row, missing] of rows.entries()) {
    for (let unit = 0n; unit < missing; unit += 1n) {
      if (!raise(row, cells, columns, new Set())) return undefined;
    }
  }
  if ([...columns.values()].some((column) => column !== 0n)) return undefined;
  return cells.map((row) => row.map(({ whole, isRaised }) => (isRaised ? whole + 1n : whole)));
}

function cellsOf(sets: readonly TaxSet[], nets: readonly bigint[]): Cell[][] {
  return sets.map(({ rates }, row) =>
    rates.map(({ signature, factor }) => {
      const exact = factor.times(Rational.of(nets[row] ?? 0n));
      const whole = exact.floor();
      return { row, signature, whole, remainder: exact.minus(Rational.of(whole)), isRaised: false };
    }),
  );
}

/** Finds a tax that can take one unit more in a row, moving units of other rows where it has to. */
function raise(
  row: number,
  cells: readonly Cell[][],
  columns: Map<string, bigint>,
  seen: Set<string>,
): boolean {
  const open = (cells[row] ?? [])
    .filter(({ signature, isRaised }) => !isRaised && !seen.has(signature))
    .sort((one, other) => other.remainder.compare(one.remainder));
  for (const cell of open) {
    if (seen.has(cell.signature)) continue;
    seen.add(cell.signature);
    const left = columns.get(cell.signature) ?? 0n;
    if (left > 0n) columns.set(cell.signature, left - 1n);
    else if (!moveAway(cell, cells, columns, seen)) continue;
    cell.isRaised = true;
    return true;
  }
  return false;
}

function moveAway(
  { row, signature }: Cell,
  cells: readonly Cell[][],
  columns: Map<string, bigint>,
  seen: Set<string>,
): boolean {
  const raised = cells.flat().filter((one) => one.row !== row && one.signature === signature && one.isRaised);
  for (const other of raised) {
    if (!raise(other.row, cells, columns, seen)) continue;
    other.isRaised = false;
    return true;
  }
  return false;
}

function sumOf(cells: readonly Cell[]): bigint {
  return cells.reduce((sum, { whole }) => sum + whole, 0n);
}
