import type { Currency } from "../../money/currency.ts";
import { printScaled } from "../../money/print-decimal.ts";
import type { OwedPiece } from "../owed/owed-piece.ts";
import type { Stretch } from "../periods/stretches.ts";
import type { Delta } from "./settle.ts";

/** The sums that a line tells beside those owed and billed, in minor units. */
export interface Told {
  /** The part of a price that was left to give back, where credit notes gave back the rest before. */
  readonly left: bigint | undefined;
  /** Tax inside the price from which the customer is exempt; negative where the price is given back. */
  readonly exempt: bigint;
  /** The sum of earlier credit notes: taken off the line, or negative where another line bears it from now on. */
  readonly carriedCredit: bigint;
}

/** The calculation of a line, so that it can be repeated by hand. */
export function explainLine(
  delta: Delta,
  dates: readonly Stretch[],
  told: Told,
  { decimals }: Currency,
): string {
  const print = (minor: bigint) => printScaled(minor, decimals);
  return [
    difference(delta, dates, told, print),
    ...exemptText(told, print),
    ...carriedText(told, print),
  ].join("; ");
}

type Print = (minor: bigint) => string;

function difference(delta: Delta, dates: readonly Stretch[], { left }: Told, print: Print): string {
  const { piece, billed, kind, summed } = delta;
  if (kind === "charge" || billed === undefined) return piece?.explanation ?? "";
  const why = summed.map(({ explanation }) => explanation).join("; and ") || notOwed(piece);
  const cap = left === undefined ? "" : `, of which ${print(left)} was left to give back`;
  const spread =
    dates.length < 2 ? "" : `, for ${dates.map(({ from, to }) => `${from}/${to}`).join(" and ")}`;
  const change = print(delta.amount);
  return `billed ${print(billed.amount)}, owed ${print(delta.owed)} (${why}): ${change}${cap}${spread}`;
}

function notOwed(piece: OwedPiece | undefined): string {
  return piece === undefined ? "no longer owed" : "nothing yet";
}

/** The tax is named by its size: a line that gives money back gives it back without this tax. */
function exemptText({ exempt }: Told, print: Print): string[] {
  return exempt === 0n ? [] : [`without ${print(sizeOf(exempt))} tax in it that is exempt`];
}

function carriedText({ carriedCredit }: Told, print: Print): string[] {
  if (carriedCredit === 0n) return [];
  const credit = `credit notes of ${print(sizeOf(carriedCredit))}`;
  return carriedCredit > 0n
    ? [`less ${credit} that were given before`]
    : [`${credit} go over to the charge in its place`];
}

function sizeOf(minor: bigint): bigint {
  return minor < 0n ? -minor : minor;
}
