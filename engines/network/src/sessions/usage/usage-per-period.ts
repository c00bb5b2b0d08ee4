import type { Zone } from "../../../../calendar/src/zone.ts";
import { NetworkFault } from "../../network-fault.ts";
import type { Session, UsageSpan } from "../records/session.ts";
import { bytesUntil } from "./bytes-until.ts";
import type { Period } from "./period-rule.ts";

/** The period of bytes between two pieces of news: spread evenly over the time, or all in the later one. */
export type Attribution = "proportional" | "arrival";

export interface PeriodUsage {
  readonly period: Period;
  readonly upload: bigint;
  readonly download: bigint;
  /** The duration of sessions within the period, added up. */
  readonly seconds: number;
}

interface Bounds {
  readonly from: number;
  readonly to: number;
}

/**
 * The bytes of sessions in each period of the tenant's zone. Every byte is in exactly one period, so another
 * division of the time has the same total.
 * @throws NetworkFault FACTS_INVALID for periods that overlap or are out of order.
 */
export function usagePerPeriod(
  sessions: readonly Session[],
  periods: readonly Period[],
  zone: Zone,
  attribution: Attribution,
): PeriodUsage[] {
  requireOrder(periods);
  const spans = sessions.flatMap(({ usage }) => usage);
  return periods.map((period) => {
    const bounds = { from: zone.startOf(period.from), to: zone.startOf(period.to) };
    return {
      period,
      upload: sum(spans.map((span) => within(span, span.upload, bounds, attribution))),
      download: sum(spans.map((span) => within(span, span.download, bounds, attribution))),
      seconds: sessions.reduce((seconds, session) => seconds + secondsWithin(session, bounds), 0),
    };
  });
}

function within(span: UsageSpan, bytes: bigint, bounds: Bounds, attribution: Attribution): bigint {
  if (attribution === "arrival" || span.from === span.to) {
    return bounds.from <= span.to && span.to < bounds.to ? bytes : 0n;
  }
  return bytesUntil(bytes, span, bounds.to) - bytesUntil(bytes, span, bounds.from);
}

/** The seconds of a session within a period. An open session counts up to its last news. */
function secondsWithin({ beganAt, lastNewsAt, end }: Session, bounds: Bounds): number {
  const until = Math.min(end?.at ?? lastNewsAt, bounds.to);
  return Math.max(0, until - Math.max(beganAt, bounds.from));
}

function sum(parts: readonly bigint[]): bigint {
  return parts.reduce((total, part) => total + part, 0n);
}

function requireOrder(periods: readonly Period[]): void {
  periods.forEach(({ from, to }, index) => {
    const before = periods[index - 1]?.to;
    if (to.day > from.day && (before === undefined || before.day <= from.day)) return;
    throw new NetworkFault(
      "FACTS_INVALID",
      `expected periods in order that do not overlap; found ${from}/${to}${before === undefined ? "" : ` after one that ends on ${before}`}: \`to\` is the first date after a period`,
    );
  });
}
