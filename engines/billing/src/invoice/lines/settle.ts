import { compareText } from "../../../../base/src/compare-text.ts";
import type { OwedPiece } from "../owed/owed-piece.ts";
import type { BilledSoFar } from "./billed-so-far.ts";

/** The difference between what is owed and what was billed about one thing, in minor units. */
export interface Delta {
  readonly key: string;
  readonly kind: "charge" | "adjustment";
  /** The piece it is about; absent when nothing at all is owed under this key any more. */
  readonly piece: OwedPiece | undefined;
  readonly billed: BilledSoFar | undefined;
  /** How many lines with this key exist before it. */
  readonly ordinal: number;
  /** Before discounts; then what each discount takes off. */
  readonly amount: bigint;
  readonly discounts: readonly { readonly id: string; readonly amount: bigint }[];
  /** After discounts. */
  readonly price: bigint;
  /** Owed by now under this key, for the trail, and the pieces that it sums. */
  readonly owed: bigint;
  readonly summed: readonly OwedPiece[];
}

interface Sums {
  amount: bigint;
  readonly discounts: Map<string, bigint>;
}

/**
 * Compares what is owed with what was billed, key by key. Owed by the target date means billed; a
 * thing billed before its time stays billed as long as it will be owed. So a second run finds
 * nothing, and a corrected past shows as differences.
 * @param pieces in the order in which lines are to appear
 */
export function settle(
  pieces: readonly OwedPiece[],
  billed: ReadonlyMap<string, BilledSoFar>,
  target: number,
): Delta[] {
  const byKey = groupByKey(pieces);
  const gone = [...billed.keys()].filter((key) => !byKey.has(key)).sort(compareText);
  return [
    ...gone.flatMap((key) => settleKey(key, [], billed.get(key), target)),
    ...[...byKey].flatMap(([key, group]) => settleKey(key, group, billed.get(key), target)),
  ];
}

function groupByKey(pieces: readonly OwedPiece[]): Map<string, OwedPiece[]> {
  const groups = new Map<string, OwedPiece[]>();
  for (const piece of pieces) {
    const group = groups.get(piece.key);
    if (group === undefined) groups.set(piece.key, [piece]);
    else group.push(piece);
  }
  return groups;
}

function settleKey(
  key: string,
  pieces: readonly OwedPiece[],
  billed: BilledSoFar | undefined,
  target: number,
): Delta[] {
  const due = pieces.filter(({ dueTick }) => dueTick <= target);
  if (billed === undefined) return charges(key, due, undefined);
  const isNext = nextAfter(due, billed);
  if (isNext !== undefined) return charges(key, due.slice(isNext), billed);
  const owedNow = sum(due);
  const owedEver = due.length === pieces.length ? owedNow : sum(pieces);
  if (billed.amount > owedNow.amount && billed.amount < owedEver.amount) return [];
  return billed.amount >= owedEver.amount
    ? adjustment(key, pieces, pieces[0], billed, owedEver)
    : adjustment(key, due, pieces[0], billed, owedNow);
}

function charges(key: string, due: readonly OwedPiece[], billed: BilledSoFar | undefined): Delta[] {
  return due
    .filter(({ amount }) => amount !== 0n)
    .map((piece, index) => ({
      key,
      kind: "charge",
      piece,
      billed,
      ordinal: (billed?.lines ?? 0) + index,
      amount: piece.amount,
      discounts: piece.discounts,
      price: piece.discounts.reduce((price, { amount }) => price - amount, piece.amount),
      owed: piece.amount,
      summed: [piece],
    }));
}

/** How many of the due pieces make up exactly what was billed; undefined when no number does. */
function nextAfter(due: readonly OwedPiece[], billed: BilledSoFar): number | undefined {
  const sums: Sums = { amount: 0n, discounts: new Map() };
  for (const [index, piece] of due.entries()) {
    if (index > 0 && matches(sums, billed)) return index;
    addTo(sums, piece);
  }
  return undefined;
}

function matches(sums: Sums, billed: BilledSoFar): boolean {
  return sums.amount === billed.amount && differences(sums, billed).length === 0;
}

function adjustment(
  key: string,
  summed: readonly OwedPiece[],
  piece: OwedPiece | undefined,
  billed: BilledSoFar,
  owed: Sums,
): Delta[] {
  const amount = owed.amount - billed.amount;
  const discounts = differences(owed, billed);
  if (amount === 0n && discounts.length === 0) return [];
  const price = discounts.reduce((left, discount) => left - discount.amount, amount);
  return [
    {
      key,
      kind: "adjustment",
      piece,
      billed,
      ordinal: billed.lines,
      amount,
      discounts,
      price,
      owed: owed.amount,
      summed,
    },
  ];
}

function differences(owed: Sums, billed: BilledSoFar): { id: string; amount: bigint }[] {
  if (owed.discounts.size === 0 && billed.discounts.size === 0) return [];
  return [...new Set([...owed.discounts.keys(), ...billed.discounts.keys()])]
    .sort(compareText)
    .map((id) => ({ id, amount: (owed.discounts.get(id) ?? 0n) - (billed.discounts.get(id) ?? 0n) }))
    .filter(({ amount }) => amount !== 0n);
}

function sum(pieces: readonly OwedPiece[]): Sums {
  const sums: Sums = { amount: 0n, discounts: new Map() };
  for (const piece of pieces) addTo(sums, piece);
  return sums;
}

function addTo(sums: Sums, piece: OwedPiece): void {
  sums.amount += piece.amount;
  for (const { id, amount } of piece.discounts)
    sums.discounts.set(id, (sums.discounts.get(id) ?? 0n) + amount);
}
