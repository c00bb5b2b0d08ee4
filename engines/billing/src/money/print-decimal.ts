import type { Rational } from "./rational.ts";
import { Rational as Fraction } from "./rational.ts";
import { roundHalfUp } from "./round-half-up.ts";

/** Whole units of 10^-places as a decimal with exactly that many places: `(-5n, 2)` is `-0.05`. */
export function printScaled(units: bigint, places: number): string {
  if (places === 0) return units.toString();
  const digits = (units < 0n ? -units : units).toString().padStart(places + 1, "0");
  const point = digits.length - places;
  return `${units < 0n ? "-" : ""}${digits.slice(0, point)}.${digits.slice(point)}`;
}

/** A fraction for people to read, rounded half up to the given number of places. */
export function printDecimal(value: Rational, places: number): string {
  return printScaled(roundHalfUp(value.times(Fraction.of(10n ** BigInt(places)))), places);
}

/** A fraction exactly where it ends within `places`, without trailing zeros; otherwise rounded to them. */
export function printShortest(value: Rational, places: number, atLeast = 0): string {
  const full = printDecimal(value, places);
  const shortest = places - atLeast;
  let cut = full.length;
  while (cut > full.length - shortest && full[cut - 1] === "0") cut -= 1;
  return full[cut - 1] === "." ? full.slice(0, cut - 1) : full.slice(0, cut);
}
