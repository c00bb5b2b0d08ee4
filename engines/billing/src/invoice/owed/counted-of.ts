import { Rational } from "../../money/rational.ts";
import { roundHalfUp } from "../../money/round-half-up.ts";
import type { BilledPeriod } from "../periods/billed-periods.ts";
import type { OwedPiece } from "./owed-piece.ts";

interface Time {
  readonly from: number;
  readonly to: number;
}

type Length = (from: number, to: number) => number;

/**
 * The amount of a piece that counts towards a minimum. A sum for time in which the minimum changed counts by the parts of that time,
 * and these parts sum to it: the running total is rounded.
 * @param inForce when the minimum is in force
 * @param earlier when the minimums before it in the period are
 */
export function countedOf(
  { amount, service = [] }: OwedPiece,
  inForce: readonly Time[],
  earlier: readonly (readonly Time[])[],
  { measure }: BilledPeriod,
): bigint {
  const measured: Length = (from, to) => measure.position(to) - measure.position(from);
  const lengthOf = sharedBy(service, service, measured) > 0 ? measured : ticks;
  const whole = sharedBy(service, service, lengthOf);
  if (whole === 0) return 0n;
  const before = earlier.reduce((sum, times) => sum + sharedBy(service, times, lengthOf), 0);
  const upTo = (part: number) => roundHalfUp(Rational.of(amount * BigInt(part), BigInt(whole)));
  return upTo(before + sharedBy(service, inForce, lengthOf)) - upTo(before);
}

/** Service may be for days that the measure does not count, as the 31st in months of 30 days. */
const ticks: Length = (from, to) => to - from;

function sharedBy(service: readonly Time[], inForce: readonly Time[], lengthOf: Length): number {
  return service
    .flatMap((one) =>
      inForce.map(({ from, to }) => [Math.max(from, one.from), Math.min(to, one.to)] as const),
    )
    .filter(([from, to]) => from < to)
    .reduce((sum, [from, to]) => sum + lengthOf(from, to), 0);
}
