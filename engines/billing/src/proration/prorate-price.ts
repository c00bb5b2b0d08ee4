import { BillingFault } from "../billing-fault.ts";
import type { Rational } from "../money/rational.ts";
import type { BillingSettings } from "../settings.ts";
import type { Measure } from "./measure.ts";
import { prorateStretches, type Stretch } from "./prorate-stretches.ts";

/** A part of a period that is charged: its share of the measure and its price in minor units. */
export interface ProratedPart extends Stretch {
  readonly share: number;
  readonly amount: bigint;
}

/**
 * The price of service on some ticks of a period at one price. Without proration the whole price is
 * owed or nothing: mode "none" asks for service from the first tick on, "full" for any.
 * @param service in order, in ticks, within the period
 * @throws BillingFault PRORATION_INVALID when the stretches are out of order or leave the period; the path is
 * from the list of stretches.
 */
export function proratePrice(
  rate: Rational,
  service: readonly Stretch[],
  measure: Measure,
  mode: BillingSettings["prorationMode"],
): ProratedPart[] {
  const stretches = service.map(({ from, to }) => ({
    from: measure.position(from),
    to: measure.position(to),
  }));
  requireOrder(stretches, measure);
  if (mode === "none" || mode === "full") return wholeOrNothing(rate, stretches, measure, mode);
  const amounts = prorateStretches(rate, stretches, measure.length);
  return stretches.map((stretch, index) => ({
    ...stretch,
    share: stretch.to - stretch.from,
    amount: amounts[index] ?? 0n,
  }));
}

function wholeOrNothing(
  rate: Rational,
  stretches: readonly Stretch[],
  { length }: Measure,
  mode: "none" | "full",
): ProratedPart[] {
  const [first] = stretches;
  if (first === undefined || (mode === "none" && first.from > 0)) return [];
  const [amount = 0n] = prorateStretches(rate, [{ from: 0, to: length }], length);
  return [{ from: 0, to: length, share: length, amount }];
}

function requireOrder(stretches: readonly Stretch[], { length, unit }: Measure): void {
  let before = 0;
  for (const [index, { from, to }] of stretches.entries()) {
    if (from < before || to < from || to > length) {
      throw new BillingFault(
        "PRORATION_INVALID",
        `expected stretches of service in order and within the period of ${length} ${unit}s; found ${unit}s ${from} to ${to} at position ${index}: sort them and cut them to the period`,
        [index],
      );
    }
    before = to;
  }
}
