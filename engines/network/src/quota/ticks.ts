import type { QuotaPlan, Weight } from "./quota-plan.ts";

/** The smallest number of parts of a byte for which every weight of the plan is a whole number of parts. */
export function ticksPerByte({ windows }: QuotaPlan): bigint {
  return windows.reduce((ticks, { weight }) => leastCommonMultiple(ticks, weight.denominator), 1n);
}

function leastCommonMultiple(one: bigint, other: bigint): bigint {
  let [divisor, rest] = [one, other];
  while (rest > 0n) [divisor, rest] = [rest, divisor % rest];
  return (one / divisor) * other;
}

/** The number of ticks for a byte of this weight. */
export function ticksOf({ numerator, denominator }: Weight, ticks: bigint): bigint {
  return (numerator * ticks) / denominator;
}
