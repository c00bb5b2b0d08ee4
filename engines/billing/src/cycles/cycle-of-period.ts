import { BillingFault } from "../billing-fault.ts";
import { Cycle } from "./cycle.ts";
import { CycleRule } from "./cycle-rule.ts";
import type { Period } from "./period.ts";

const longestPeriod = 120;

/**
 * The cycle of whole months whose first period is the given one.
 * @throws BillingFault PERIOD_INVALID when the period is not made of whole months.
 */
export function cycleOfPeriod(period: Period): Cycle {
  for (let months = 1; months <= longestPeriod; months += 1) {
    for (const dayOfMonth of [period.from.dayOfMonth, 31, period.to.dayOfMonth]) {
      const cycle = Cycle.of(CycleRule.of("month", months, { kind: "anniversary", dayOfMonth }), period.from);
      if (cycle.boundary(0) === period.from && cycle.boundary(1) === period.to) return cycle;
    }
  }
  throw new BillingFault(
    "PERIOD_INVALID",
    `expected a period of whole months; found ${period}: end it on the same day of a later month`,
  );
}
