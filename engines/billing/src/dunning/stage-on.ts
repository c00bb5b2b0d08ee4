import type { LocalDate } from "../../../calendar/src/local-date.ts";
import { Money } from "../money/money.ts";
import type { BillingSettings } from "../settings.ts";
import type { DunningFacts, DunningPolicy, DunningStage } from "./dunning-facts.ts";
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
  readonly reason: string;
}

/** The stage on a date, from nothing but facts: there is no state to go wrong. */
export function stageOn(
  date: LocalDate,
  facts: DunningFacts,
  policy: DunningPolicy,
  settings: DunningSettings,
): Standing {
  const unpaid = unpaidOn(date, facts).filter(({ due }) => due.day < date.day);
  const overdue = unpaid.reduce((sum, { open }) => sum.plus(open), Money.zero(policy.minimum.currency));
  const none = { stage: undefined, daysOverdue: 0, overdue };
  const [oldest, ...others] = unpaid;
  if (oldest === undefined) return { ...none, reason: "nothing is overdue" };
  if (overdue.compare(policy.minimum) < 0) {
    return { ...none, reason: `${overdue} overdue is below the minimum ${policy.minimum}` };
  }
  const excluded = facts.exclusions.find(
    ({ from, until }) => from.day <= date.day && (until === undefined || date.day < until.day),
  );
  if (excluded !== undefined) return { ...none, reason: `excluded from ${excluded.from}` };
  const since = overdueSince([oldest, ...others], date, facts, settings);
  return promised({ date, overdue, ...since }, facts, policy, settings);
}

interface Overdue extends OverdueSince {
  readonly date: LocalDate;
  readonly overdue: Money;
}

function promised(
  { date, overdue, since, isReversed }: Overdue,
  facts: DunningFacts,
  policy: DunningPolicy,
  settings: DunningSettings,
): Standing {
  const stopped = settings.promiseToPay === "stop-clock" ? promisedDays(since, date, facts) : 0;
  const daysOverdue = since.daysUntil(date) - stopped;
  const stage = stageAfter(daysOverdue, policy);
  const reason = `${daysOverdue} days overdue since ${since}${isReversed ? ", when a payment was taken back" : ""}`;
  const promise = facts.promises.find(({ from, until }) => from.day <= date.day && date.day <= until.day);
  if (promise === undefined || settings.promiseToPay === "stop-clock")
    return { stage, daysOverdue, overdue, reason };
  const held = stageOn(promise.from.plusDays(-1), facts, policy, settings).stage;
  const isHeld = (held?.afterDays ?? 0) < (stage?.afterDays ?? 0);
  return {
    stage: isHeld ? held : stage,
    daysOverdue,
    overdue,
    reason: isHeld ? `${reason}, held by the promise to pay until ${promise.until}` : reason,
  };
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
