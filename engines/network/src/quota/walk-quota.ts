import { type Period, periodOf, periodsBetween } from "../sessions/usage/period-rule.ts";
import { Account } from "./account.ts";
import { firstInstant, movedUntil } from "./flow.ts";
import type { Lot } from "./lot.ts";
import { nextCycleLots } from "./next-cycle-lots.ts";
import type { QuotaFacts, TopUp, Usage } from "./quota-facts.ts";
import type { QuotaPlan } from "./quota-plan.ts";
import { ticksOf, ticksPerByte } from "./ticks.ts";
import { UsageByTime } from "./usage-by-time.ts";
import { type WeightChange, weightsBetween } from "./weight-timeline.ts";

/** The position of a walk. */
export interface Walk {
  readonly account: Account;
  /** Ticks in one byte. */
  readonly ticks: bigint;
  readonly cycle: Period;
  readonly weights: readonly WeightChange[];
  /** Bytes of free classes in the cycle. */
  readonly free: bigint;
}

/** Walks from the begin of the plan through every instant of change, up to `asOf`. */
export function walkQuota(plan: QuotaPlan, facts: QuotaFacts, asOf: number): Walk {
  const account = new Account(plan);
  const ticks = ticksPerByte(plan);
  const weights = weightsBetween(plan, facts.since, asOf);
  const weightFrom = new Map(weights.map(({ at, weight }) => [at, weight]));
  const begins = cycleBegins(plan, facts.since, asOf);
  const usage = new UsageByTime(facts.usage.filter((one) => !isFree(plan, one)));
  const instants = cutsOf(facts, weights, begins, asOf);
  let factor = ticks;
  for (const [index, at] of instants.entries()) {
    const weight = weightFrom.get(at);
    if (weight !== undefined) factor = ticksOf(weight, ticks);
    if (begins.includes(at)) account.beginCycle(nextCycleLots(plan, account.lots, at, ticks));
    else account.expire(at);
    for (const topUp of facts.topUps) if (topUp.at === at) account.topUp(lotOf(topUp, ticks));
    account.settle(at);
    account.consume(movedUntil(usage.at(at), plan.counts, at + 1) * factor);
    account.settle(at);
    const next = instants[index + 1];
    if (next === undefined) continue;
    const flow = usage.flowing(at);
    flowThrough(account, {
      from: at,
      to: next,
      moved: (until) => movedUntil(flow, plan.counts, until) * factor,
    });
  }
  const cycle = periodOf(plan.cycle, plan.zone.dateOf(asOf));
  return { account, ticks, cycle, weights, free: freeBytes(plan, facts, begins.at(-1) ?? asOf, asOf) };
}

/** The first second of the plan, and of each cycle after it up to and including `asOf`. */
function cycleBegins({ cycle, zone }: QuotaPlan, since: number, asOf: number): number[] {
  const periods = periodsBetween(cycle, zone, since, asOf + 1);
  return periods.map(({ from }) => Math.max(since, zone.startOf(from)));
}

function lotOf({ id, bytes, expiresAt }: TopUp, ticks: bigint): Lot {
  return { kind: "top-up", id, granted: bytes * ticks, left: bytes * ticks, expiresAt };
}

/** A time with constant usage. */
interface Stretch {
  readonly from: number;
  readonly to: number;
  /** The ticks moved from the begin of the flow up to an instant. */
  moved(until: number): bigint;
}

/** Moves the ticks of a stretch, stopping at each threshold. */
function flowThrough(account: Account, { from, to, moved }: Stretch): void {
  let reached = from;
  while (reached < to) {
    const base = moved(reached);
    const needed = account.toNextThreshold();
    const stop =
      needed === undefined || moved(to) - base < needed
        ? to
        : firstInstant(reached, to, (at) => moved(at) - base >= needed);
    account.consume(moved(stop) - base);
    account.settle(stop);
    reached = stop;
  }
}

/** Every instant from the begin to `asOf` at which the weight, the cycle, the lots or the usage may change. */
function cutsOf(
  { since, usage, topUps }: QuotaFacts,
  weights: readonly WeightChange[],
  begins: readonly number[],
  asOf: number,
): number[] {
  const instants = [
    since,
    asOf,
    ...begins,
    ...weights.map(({ at }) => at),
    ...usage.flatMap(({ from, to }) => [from, to]),
    ...topUps.flatMap(({ at, expiresAt }) => (expiresAt === undefined ? [at] : [at, expiresAt])),
  ];
  return [...new Set(instants)].filter((at) => since <= at && at <= asOf).sort((one, other) => one - other);
}

function isFree({ freeClasses }: QuotaPlan, { trafficClass }: Usage): boolean {
  return trafficClass !== undefined && freeClasses.includes(trafficClass);
}

/** The bytes that free classes moved in the cycle that began at `from`. */
function freeBytes(plan: QuotaPlan, { usage }: QuotaFacts, from: number, asOf: number): bigint {
  const free = usage.filter((one) => isFree(plan, one));
  const flowing = free.filter((one) => one.from < one.to);
  const sudden = free.filter((one) => one.from === one.to && from <= one.to && one.to <= asOf);
  return (
    movedUntil(flowing, plan.counts, asOf) -
    movedUntil(flowing, plan.counts, from) +
    movedUntil(sudden, plan.counts, asOf + 1)
  );
}
