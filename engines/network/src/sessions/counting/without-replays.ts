import { isUntimed } from "../records/event-instant.ts";
import type { Reading } from "../records/order-records.ts";

/**
 * The readings of a session without interim records that repeat an earlier one after the counters increased. Only
 * the arrival dates these, so that a repeated record looks like a counter that fell. The same counters as in the
 * previous record are news of an idle session.
 */
export function withoutReplays(readings: readonly Reading[]): Reading[] {
  const seen = new Set<string>();
  let last = "";
  return readings.filter(({ record }) => {
    if (!record.upload && !record.download) return true;
    const counters = `${record.upload}/${record.download}`;
    const isPast = counters !== last && seen.has(counters);
    if (isPast && record.status === "interim" && isUntimed(record)) return false;
    seen.add(counters);
    last = counters;
    return true;
  });
}
