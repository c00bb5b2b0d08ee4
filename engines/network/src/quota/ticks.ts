import type { QuotaPlan, Weight } from "./quota-plan.ts";

/** The smallest number of parts of a byte of which every weight of the plan takes a whole number. */
export function ticksPerByte({ windows }: QuotaPlan): bigint {
  return windows.reduce((ticks, { weight }) => leastCommonMultiple(ticks, weight.denominator), 1n);
}

function leastCommonMultiple(one: bigint, other: bigint): bigint {
  let [divisor, rest] = [one, other];
  while (rest > 0n) [divisor, rest] = [rest, divisor % rest];
  return (one / divisor) * other;
}

/** How many ticks a byte of this weight counts. */
export function ticksOf({ numerator, denominator }: Weight, ticks: bigint): bigint {
  return (numerator * ticks) / denominator;
}
