import type { LocalDate } from "../../../calendar/src/local-date.ts";
import type { Zone } from "../../../calendar/src/zone.ts";
import { Money } from "../money/money.ts";
import type { DunningFacts } from "./dunning-facts.ts";
import { exclusionOn } from "./exclusions.ts";
import { unpaidOn } from "./unpaid-on.ts";

/** Dunning by attempts to be paid, such as of a direct debit, instead of or beside stages by days. */
export interface AttemptPolicy {
  /** How many attempts one campaign makes at most. */
  readonly limit: number;
  readonly daysBetween: number;
  /** The hour of the customer's clock at which an attempt is made. */
  readonly hour: number;
  /** Overdue sums below it begin no campaign; they may reach it long after a due date. */
  readonly threshold: Money;
}

/** An attempt to be paid that is to be made. */
export interface Attempt {
  /** 1 for the first of its campaign. */
  readonly number: number;
  readonly on: LocalDate;
  /** Whole seconds since 1970. */
  readonly at: number;
  readonly overdue: Money;
}

const minutesOfHour = 60;

/**
 * The attempts after one date, up to and including another. A campaign begins on the first date on which the
 * overdue sum reaches the threshold, and ends when it falls below; the next one begins anew. An attempt on a
 * date of an exclusion or a promise waits for the first date after it. Everything follows from the facts:
 * walking in two parts gives the attempts of walking at once.
 */
export function attemptsBetween(
  after: LocalDate,
  upTo: LocalDate,
  facts: DunningFacts,
  policy: AttemptPolicy,
  zone: Zone,
): Attempt[] {
  const first = facts.invoices.reduce((day, { due }) => Math.min(day, due.day), upTo.day);
  const attempts: Attempt[] = [];
  let made = 0;
  let next = first;
  for (let date = upTo.plusDays(first - upTo.day); date.day <= upTo.day; date = date.plusDays(1)) {
    const overdue = overdueOn(date, facts, policy.threshold);
    if (overdue.isZero() || overdue.compare(policy.threshold) < 0) {
      [made, next] = [0, date.day];
      continue;
    }
    if (made >= policy.limit || date.day < next || isLeftAlone(date, facts)) continue;
    [made, next] = [made + 1, date.day + policy.daysBetween];
    const at = zone.instantOf(date, policy.hour * minutesOfHour);
    if (date.day > after.day) attempts.push({ number: made, on: date, at, overdue });
  }
  return attempts;
}

function overdueOn(date: LocalDate, facts: DunningFacts, { currency }: Money): Money {
  return unpaidOn(date, facts)
    .filter(({ due }) => due.day < date.day)
    .reduce((sum, { open }) => sum.plus(open), Money.zero(currency));
}

function isLeftAlone(date: LocalDate, { exclusions, promises }: DunningFacts): boolean {
  return (
    exclusionOn(date, exclusions) !== undefined ||
    promises.some(({ from, until }) => from.day <= date.day && date.day <= until.day)
  );
}
