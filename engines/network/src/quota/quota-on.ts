import { located } from "../../../base/src/located.ts";
import { Zone } from "../../../calendar/src/zone.ts";
import { NetworkFault } from "../network-fault.ts";
import type { Account, Notice, StepChange } from "./account.ts";
import type { Lot } from "./lot.ts";
import { type QuotaFacts, requireFacts } from "./quota-facts.ts";
import { type QuotaPlan, requirePlan, type SpeedStep, type Weight } from "./quota-plan.ts";
import { type Walk, walkQuota } from "./walk-quota.ts";
import { weightsBetween } from "./weight-timeline.ts";

/** Bytes of one origin that a subscriber may still use. They are used in the order of the list. */
export interface Bucket extends Pick<Lot, "kind" | "id" | "expiresAt"> {
  /** The bytes at the start of the cycle, or the bytes that were bought. */
  readonly granted: bigint;
  readonly left: bigint;
}

/** The next change, if nothing more is moved or bought. */
export interface NextChange {
  readonly at: number;
  readonly why: "cycle" | "top-up-expires" | "weight";
}

/** A subscriber's volume at an instant, in whole bytes: used bytes are rounded up, remaining ones down. */
export interface QuotaStanding {
  readonly cycle: { readonly from: number; readonly to: number };
  /** Weighted bytes moved in the cycle, with those beyond the quota. */
  readonly used: bigint;
  /** Bytes moved in the cycle while no bucket had any left. */
  readonly over: bigint;
  /** Bytes of free classes moved in the cycle, without weights. */
  readonly free: bigint;
  readonly left: bigint;
  readonly buckets: readonly Bucket[];
  /** The current speed; undefined for the full speed of the service. */
  readonly step: SpeedStep | undefined;
  /** The notices since the plan began; each once per cycle. */
  readonly notices: readonly Notice[];
  readonly steps: readonly StepChange[];
  readonly next: NextChange;
}

const longestWalk = 3660 * 86_400;

/**
 * A subscriber's volume at an instant, computed only from the plan and the facts: the order of facts and the number
 * of calls do not matter.
 * @throws NetworkFault QUOTA_INVALID for a contradictory plan or contradictory facts, or an instant before the plan
 *   or more than ten years after its begin.
 */
export function quotaOn(plan: QuotaPlan, facts: QuotaFacts, asOf: number): QuotaStanding {
  located(["plan"], () => requirePlan(plan));
  requireFacts(facts);
  requireInstant(facts.since, asOf);
  const walk = walkQuota(plan, facts, asOf);
  const { account, ticks, cycle } = walk;
  const bytes = { from: plan.zone.startOf(cycle.from), to: plan.zone.startOf(cycle.to) };
  return {
    cycle: bytes,
    used: up(account.used, ticks),
    over: up(account.over, ticks),
    free: walk.free,
    left: account.lots.reduce((sum, { left }) => sum + left, 0n) / ticks,
    buckets: bucketsOf(account, ticks),
    step: account.step,
    notices: account.notices,
    steps: account.changes,
    next: nextChange(plan, walk, asOf, bytes.to),
  };
}

function requireInstant(since: number, asOf: number): void {
  if (since <= asOf && asOf - since <= longestWalk) return;
  throw new NetworkFault(
    "QUOTA_INVALID",
    `expected an instant within ten years after the begin ${Zone.printInstant(since)}; found ${Zone.printInstant(asOf)}: begin later, with the rest as a top-up`,
    ["asOf"],
  );
}

function up(amount: bigint, ticks: bigint): bigint {
  return (amount + ticks - 1n) / ticks;
}

function bucketsOf({ lots }: Account, ticks: bigint): Bucket[] {
  return lots.map(({ kind, id, granted, left, expiresAt }) => ({
    kind,
    id,
    granted: granted / ticks,
    left: left / ticks,
    expiresAt,
  }));
}

function nextChange(plan: QuotaPlan, { account, weights }: Walk, asOf: number, cycleEnd: number): NextChange {
  const now = weights.at(-1)?.weight ?? { numerator: 1n, denominator: 1n };
  const weight = weightsBetween(plan, asOf, cycleEnd).find((change) => !isSame(change.weight, now));
  const expiries = account.lots.flatMap(({ kind, left, expiresAt }) =>
    kind === "top-up" && left > 0n && expiresAt !== undefined ? [expiresAt] : [],
  );
  const changes: NextChange[] = [
    { at: cycleEnd, why: "cycle" },
    ...expiries.map((at): NextChange => ({ at, why: "top-up-expires" })),
    ...(weight === undefined ? [] : [{ at: weight.at, why: "weight" } as const]),
  ];
  return changes.reduce((first, change) => (change.at < first.at ? change : first));
}

function isSame(one: Weight, other: Weight): boolean {
  return one.numerator * other.denominator === other.numerator * one.denominator;
}
