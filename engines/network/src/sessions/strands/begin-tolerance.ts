import { trustedTimestamp } from "../records/event-instant.ts";
import type { Reading } from "../records/order-records.ts";

/** Seconds by which reckoned begins of one session differ: delay and arrival are rounded each. */
export const tolerance = 2;

/** For how many seconds a NAS sends a record again and again, many of them without counting the delay. */
export const longestRetry = 120;

/** By how many seconds the begin that a reading tells of may be too late: by none where the NAS says when it happened. */
export function latenessOf({ record }: Reading): number {
  return trustedTimestamp(record) === undefined ? longestRetry : 0;
}
