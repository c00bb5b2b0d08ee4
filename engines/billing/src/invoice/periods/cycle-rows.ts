import type { LocalDate } from "../../../../calendar/src/local-date.ts";
import { BillingFault } from "../../billing-fault.ts";
import { Cycle } from "../../cycles/cycle.ts";
import { CycleRule } from "../../cycles/cycle-rule.ts";
import type { Moment } from "../../cycles/moment.ts";
import type { Timeline } from "../../cycles/timeline.ts";
import type { BillingDay, Subscription } from "../facts/subscription.ts";

/** A cycle with the ticks from which and up to which it holds for a subscription. */
export interface CycleRow {
  readonly cycle: Cycle;
  readonly from: number;
  readonly to: number;
}

interface Move {
  readonly fact: Moment;
  readonly tick: number;
  readonly cycle: Cycle;
}

/**
 * The cycles of a subscription, one after the other: its own, then one for each move of its billing day. A
 * move cuts the period that it falls into; a move before the start holds from the start.
 * @throws BillingFault CYCLE_INVALID for a move that its cycle does not have.
 */
export function cycleRows(
  { cycle: rule, facts }: Subscription,
  anchor: LocalDate,
  life: { readonly from: number; readonly to: number },
  timeline: Timeline,
): CycleRow[] {
  const moves = facts.flatMap((fact, index): Move[] =>
    fact.kind === "realign"
      ? [{ fact, tick: timeline.tickOf(fact), cycle: Cycle.of(realigned(rule, fact, index), anchor) }]
      : [],
  );
  moves.sort((one, other) => one.tick - other.tick || timeline.compare(one.fact, other.fact));
  const rows: CycleRow[] = [{ cycle: Cycle.of(rule, anchor), ...life }];
  for (const { tick, cycle } of moves) {
    const last = rows.at(-1);
    if (last === undefined || tick >= life.to || isSame(last.cycle, cycle)) continue;
    rows.pop();
    if (tick > last.from) rows.push({ ...last, to: tick });
    rows.push({ cycle, from: Math.max(tick, last.from), to: life.to });
  }
  return rows;
}

/** A move to the day that holds anyway changes nothing. */
function isSame(one: Cycle, other: Cycle): boolean {
  const [before, after] = [one.rule.alignment, other.rule.alignment];
  if (one.rule.days > 0) {
    if (before.kind !== "calendar" || after.kind !== "calendar") return false;
    return (before.dayOfWeek ?? 1) === (after.dayOfWeek ?? 1);
  }
  return one.anchorDay === other.anchorDay;
}

function realigned(rule: CycleRule, { dayOfMonth, dayOfWeek }: BillingDay, index: number): CycleRule {
  const { unit, count, alignment } = rule;
  if (rule.months > 0 && dayOfMonth !== undefined && dayOfWeek === undefined) {
    return CycleRule.of(unit, count, { ...alignment, dayOfMonth });
  }
  if (unit === "week" && dayOfWeek !== undefined && dayOfMonth === undefined) {
    return CycleRule.of(unit, count, { kind: "calendar", dayOfWeek });
  }
  throw noSuchDay(rule, { dayOfMonth, dayOfWeek }, index);
}

function noSuchDay(
  { months, unit }: CycleRule,
  { dayOfMonth, dayOfWeek }: BillingDay,
  index: number,
): BillingFault {
  const given = [
    ...(dayOfMonth === undefined ? [] : [`"dayOfMonth": ${dayOfMonth}`]),
    ...(dayOfWeek === undefined ? [] : [`"dayOfWeek": ${dayOfWeek}`]),
  ];
  const found = given.join(" and ") || "neither";
  const wanted =
    months > 0 ? 'dayOfMonth alone, such as "dayOfMonth": 1' : 'dayOfWeek alone, such as "dayOfWeek": 1';
  return new BillingFault(
    "CYCLE_INVALID",
    unit === "day"
      ? "expected no realign for a cycle of days, which has no billing day; found one: remove it, or cancel the subscription and begin another on the new day"
      : `expected ${months > 0 ? "dayOfMonth" : "dayOfWeek"} alone for a cycle of unit "${unit}"; found ${found}: write ${wanted}`,
    ["facts", index],
  );
}
