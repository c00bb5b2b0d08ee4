import { Rational } from "../../money/rational.ts";
import type { BillingSettings } from "../../settings.ts";
import type { Served } from "../../usage/within-bounds.ts";
import type { BilledPeriod } from "../periods/billed-periods.ts";
import { isUsageBilled, type ServiceSpan } from "../periods/service-spans.ts";

/** The part of a period in which usage is billed during some spans of it. */
export function servedPart(
  { measure }: BilledPeriod,
  spans: readonly ServiceSpan[],
  settings: BillingSettings,
): Served {
  const served = spans
    .filter((span) => isUsageBilled(span, settings))
    .reduce((sum, { from, to }) => sum + measure.position(to) - measure.position(from), 0);
  const part = Rational.of(BigInt(served), BigInt(measure.length));
  return { part, text: served === measure.length ? undefined : measure.describe(served) };
}
