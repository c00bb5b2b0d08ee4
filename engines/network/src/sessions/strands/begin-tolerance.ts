import { trustedTimestamp } from "../records/event-instant.ts";
import type { Reading } from "../records/order-records.ts";

/** The most seconds by which computed begins of one session differ, because delay and arrival are both rounded. */
export const tolerance = 2;

/** The seconds for which a NAS may repeat a record, often without updating the delay. */
export const longestRetry = 120;

/**
 * The most seconds by which the begin computed from a reading may be too late: 0 if the NAS gives the time of the
 * event.
 */
export function latenessOf({ record }: Reading): number {
  return trustedTimestamp(record) === undefined ? longestRetry : 0;
}
