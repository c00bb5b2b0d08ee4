import type { LocalDate } from "../../../calendar/src/local-date.ts";
import type { BillingSettings } from "../settings.ts";
import type { DunningFacts } from "./dunning-facts.ts";
import { type Unpaid, unpaidOn } from "./unpaid-on.ts";

/** The date from which an invoice's days overdue are counted. */
export interface OverdueSince {
  readonly since: LocalDate;
  /** Whether that is the date on which the payment of a settled invoice was taken back. */
  readonly isReversed: boolean;
}

/**
 * The earliest begin of the days of overdue invoices. With `restart` an invoice that was settled has days only from
 * the date on which its payment was taken back, so that its customer is reminded before anything harder.
 * @param overdue not empty
 */
export function overdueSince(
  overdue: readonly [Unpaid, ...Unpaid[]],
  date: LocalDate,
  facts: DunningFacts,
  { reversedPayment }: Pick<BillingSettings, "reversedPayment">,
): OverdueSince {
  const [oldest] = overdue;
  if (reversedPayment === "resume") return { since: oldest.due, isReversed: false };
  const reopened = reopenings(date, facts);
  return overdue
    .map(({ invoice, due }) => begin(due, reopened.get(invoice)))
    .reduce((first, one) => (one.since.day < first.since.day ? one : first));
}

function begin(due: LocalDate, reopened: LocalDate | undefined): OverdueSince {
  return reopened !== undefined && reopened.day > due.day
    ? { since: reopened, isReversed: true }
    : { since: due, isReversed: false };
}

/** When each settled invoice was last opened again. */
function reopenings(date: LocalDate, facts: DunningFacts): ReadonlyMap<string, LocalDate> {
  const known = facts.reversals.filter(({ on }) => on.day <= date.day);
  const last = new Map<string, LocalDate>();
  for (const { on } of known.sort((one, other) => one.on.day - other.on.day)) {
    const before = new Set(unpaidOn(on.plusDays(-1), facts).map(({ invoice }) => invoice));
    for (const { invoice } of unpaidOn(on, facts)) if (!before.has(invoice)) last.set(invoice, on);
  }
  return last;
}
