import type { LocalDate } from "../../../calendar/src/local-date.ts";
import type { DunningFacts } from "./dunning-facts.ts";

/** Dates on which a customer is not reminded; `until` is the first date after them. */
export type Exclusion = DunningFacts["exclusions"][number];

/** The exclusions in order, joined where one begins within another or on its end. */
export function joinedExclusions({ exclusions }: Pick<DunningFacts, "exclusions">): Exclusion[] {
  const joined: Exclusion[] = [];
  for (const next of [...exclusions].sort((one, other) => one.from.day - other.from.day)) {
    const last = joined.at(-1);
    if (last === undefined || endOf(last) < next.from.day) joined.push(next);
    else if (endOf(last) < endOf(next)) joined[joined.length - 1] = { from: last.from, until: next.until };
  }
  return joined;
}

function endOf({ until }: Exclusion): number {
  return until?.day ?? Number.POSITIVE_INFINITY;
}

/** The exclusion that a date is in. */
export function exclusionOn(date: LocalDate, exclusions: readonly Exclusion[]): Exclusion | undefined {
  return exclusions.find((one) => one.from.day <= date.day && date.day < endOf(one));
}

/** The dates on which a stage can fall: those of payments, credits and reversals. */
export function eventDates({ payments, credits, reversals }: DunningFacts): LocalDate[] {
  return [...payments, ...credits, ...reversals].map(({ on }) => on);
}
