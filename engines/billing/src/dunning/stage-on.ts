import type { LocalDate } from "../../../calendar/src/local-date.ts";
import { Money } from "../money/money.ts";
import type { BillingSettings } from "../settings.ts";
import type { DunningFacts, DunningPolicy, DunningStage } from "./dunning-facts.ts";
import { eventDates, exclusionOn, joinedExclusions } from "./exclusions.ts";
import { type OverdueSince, overdueSince } from "./overdue-since.ts";
import { unpaidOn } from "./unpaid-on.ts";

/** The choices of the tenant that dunning reads. */
export type DunningSettings = Pick<BillingSettings, "promiseToPay" | "reversedPayment">;

/** Where a customer stands on a date. */
export interface Standing {
  /** Undefined when nothing is to be done. */
  readonly stage: DunningStage | undefined;
  /** Days since the oldest unpaid due date, or since its payment was taken back, less those that a promise stopped. */
  readonly daysOverdue: number;
  readonly overdue: Money;
  /** Whether enough is overdue to remind the customer. */
  readonly isReminded: boolean;
  readonly reason: string;
}

/** The stage on a date, from nothing but facts: there is no state to go wrong. */
export function stageOn(
  date: LocalDate,
  facts: DunningFacts,
  policy: DunningPolicy,
  settings: DunningSettings,
): Standing {
  return standings(facts, policy, settings)(date);
}

/** The stages on any dates of one customer; each date is reckoned once. */
export function standings(
  facts: DunningFacts,
  policy: DunningPolicy,
  settings: DunningSettings,
): (date: LocalDate) => Standing {
  const exclusions = joinedExclusions(facts);
  const events = eventDates(facts);
  const byDays = rememberedByDay((date) => standingByDays(date, stageOf, facts, policy, settings));
  const stageOf = rememberedByDay((date): Standing => {
    const today = byDays(date);
    const excluded = exclusionOn(date, exclusions);
    if (excluded === undefined || !today.isReminded) return today;
    const since = events.filter((on) => excluded.from.day <= on.day && on.day <= date.day);
    const stage = [...since.map(byDays), today].reduce(
      (lowest, one) => milder(lowest, one.stage),
      stageOf(excluded.from.plusDays(-1)).stage,
    );
    return { ...today, stage, reason: `excluded from ${excluded.from}` };
  });
  return inOrder(stageOf, heldDates(facts));
}

/** The days before promises and exclusions, which hold the stage of that day. */
function heldDates({ promises, exclusions }: DunningFacts): readonly LocalDate[] {
  return [...promises, ...exclusions]
    .map(({ from }) => from.plusDays(-1))
    .sort((one, other) => one.day - other.day);
}

/**
 * Reckons the days before a date that others depend on first, the earliest first: a long row of promises, each of which
 * holds the stage of the one before it, would exceed the depth of calls otherwise.
 */
function inOrder(
  standingOn: (date: LocalDate) => Standing,
  dates: readonly LocalDate[],
): (date: LocalDate) => Standing {
  let next = 0;
  return (date) => {
    for (let held = dates[next]; held !== undefined && held.day < date.day; held = dates[next]) {
      standingOn(held);
      next += 1;
    }
    return standingOn(date);
  };
}

function rememberedByDay(standingOn: (date: LocalDate) => Standing): (date: LocalDate) => Standing {
  const known = new Map<number, Standing>();
  return (date) => {
    const standing = known.get(date.day) ?? standingOn(date);
    known.set(date.day, standing);
    return standing;
  };
}

/** The stage by the days overdue and by promises, without regard to exclusions. */
function standingByDays(
  date: LocalDate,
  stageOf: (date: LocalDate) => Standing,
  facts: DunningFacts,
  policy: DunningPolicy,
  settings: DunningSettings,
): Standing {
  const unpaid = unpaidOn(date, facts).filter(({ due }) => due.day < date.day);
  const overdue = unpaid.reduce((sum, { open }) => sum.plus(open), Money.zero(policy.minimum.currency));
  const none = { stage: undefined, daysOverdue: 0, overdue, isReminded: false };
  const [oldest, ...others] = unpaid;
  if (oldest === undefined) return { ...none, reason: "nothing is overdue" };
  if (overdue.compare(policy.minimum) < 0) {
    return { ...none, reason: `${overdue} overdue is below the minimum ${policy.minimum}` };
  }
  const since = overdueSince([oldest, ...others], date, facts, settings);
  return promised({ date, overdue, ...since }, stageOf, facts, policy, settings);
}

interface Overdue extends OverdueSince {
  readonly date: LocalDate;
  readonly overdue: Money;
}

function promised(
  { date, overdue, since, isReversed }: Overdue,
  stageOf: (date: LocalDate) => Standing,
  facts: DunningFacts,
  policy: DunningPolicy,
  settings: DunningSettings,
): Standing {
  const stopped = settings.promiseToPay === "stop-clock" ? promisedDays(since, date, facts) : 0;
  const daysOverdue = since.daysUntil(date) - stopped;
  const stage = stageAfter(daysOverdue, policy);
  const reason = `${daysOverdue} days overdue since ${since}${isReversed ? ", when a payment was taken back" : ""}`;
  const standing = { stage, daysOverdue, overdue, isReminded: true, reason };
  const promise = facts.promises.find(({ from, until }) => from.day <= date.day && date.day <= until.day);
  if (promise === undefined || settings.promiseToPay === "stop-clock") return standing;
  const held = stageOf(promise.from.plusDays(-1)).stage;
  if (milder(stage, held) === stage) return standing;
  return { ...standing, stage: held, reason: `${reason}, held by the promise to pay until ${promise.until}` };
}

/** The milder of two stages, the first of equal ones. None is the mildest. */
function milder(one: DunningStage | undefined, other: DunningStage | undefined): DunningStage | undefined {
  return (other?.afterDays ?? 0) < (one?.afterDays ?? 0) ? other : one;
}

/** The hardest stage whose day has come. */
function stageAfter(days: number, { stages }: DunningPolicy): DunningStage | undefined {
  return stages.reduce<DunningStage | undefined>(
    (hardest, stage) =>
      stage.afterDays <= days && stage.afterDays >= (hardest?.afterDays ?? 0) ? stage : hardest,
    undefined,
  );
}

/** Days after the begin of the overdue ones, up to the date, on which some promise ran. */
function promisedDays(since: LocalDate, date: LocalDate, { promises }: DunningFacts): number {
  let days = 0;
  for (let day = since.day + 1; day <= date.day; day += 1) {
    if (promises.some(({ from, until }) => from.day <= day && day <= until.day)) days += 1;
  }
  return days;
}
