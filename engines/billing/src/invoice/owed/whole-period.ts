import type { BillingSettings } from "../../settings.ts";
import type { BilledPeriod } from "../periods/billed-periods.ts";
import type { ServiceSpan } from "../periods/service-spans.ts";

/** Whether a tenant's periods are owed whole or not at all. */
export function isWhole({ prorationMode }: Pick<BillingSettings, "prorationMode">): boolean {
  return prorationMode === "none" || prorationMode === "full";
}

/**
 * The service that a period owes whole, without proration: the first moment that is charged settles its terms, also after
 * a block or a pause. With "none" a period is free in which the service begins later. The rest of a period that a move of
 * the billing day cut is free too, because its first part was whole.
 */
export function wholePeriod(
  { spans, cutFrom, cutTo, isRest, isPartial }: BilledPeriod,
  { prorationMode }: Pick<BillingSettings, "prorationMode">,
): ServiceSpan | undefined {
  const first = spans.find(({ charged }) => charged);
  if (first === undefined || isRest || (prorationMode === "none" && isPartial)) return undefined;
  return { ...first, from: cutFrom, to: cutTo };
}
