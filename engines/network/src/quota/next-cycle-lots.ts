import { periodOf } from "../sessions/usage/period-rule.ts";
import { inOrderOfUse, type Lot, lesser } from "./lot.ts";
import type { QuotaPlan } from "./quota-plan.ts";

/**
 * The first lots of a cycle: those that carry over from the cycle before, and its own included bytes.
 * @param at the first second of the cycle
 * @param ticks in one byte
 */
export function nextCycleLots(plan: QuotaPlan, before: readonly Lot[], at: number, ticks: bigint): Lot[] {
  const { cycle, zone, included } = plan;
  const period = periodOf(cycle, zone.dateOf(at));
  const own: Lot = {
    kind: "included",
    id: period.from.text,
    granted: included * ticks,
    left: included * ticks,
    expiresAt: zone.startOf(period.to),
  };
  const living = before
    .map((lot) => rolledOver(lot, plan))
    .filter(({ expiresAt, left }) => left > 0n && (expiresAt === undefined || expiresAt > at));
  return [...limited(living, plan.rollover?.most, ticks), own];
}

/** A lot of unused included bytes, with the lifetime that the plan gives it. */
function rolledOver(lot: Lot, { rollover, zone, cycle }: QuotaPlan): Lot {
  if (lot.kind !== "included" || rollover === undefined || lot.expiresAt === undefined) return lot;
  let end = zone.dateOf(lot.expiresAt);
  for (let index = 0; index < rollover.cycles; index += 1) end = periodOf(cycle, end).to;
  return { ...lot, kind: "rollover", granted: lot.left, expiresAt: zone.startOf(end) };
}

/** Limits the carried-over lots to the plan's maximum. The lots with the latest expiry are kept. */
function limited(lots: readonly Lot[], most: bigint | undefined, ticks: bigint): Lot[] {
  const carried = lots.filter(({ kind }) => kind === "rollover");
  if (most === undefined) return [...lots];
  let room = most * ticks;
  const kept = inOrderOfUse(carried)
    .toReversed()
    .map((lot) => {
      const left = lesser(lot.left, room);
      room -= left;
      return { ...lot, left, granted: left };
    });
  return [...lots.filter(({ kind }) => kind !== "rollover"), ...kept.filter(({ left }) => left > 0n)];
}
