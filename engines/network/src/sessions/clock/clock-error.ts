import { sentAt, trustedTimestamp } from "../records/event-instant.ts";
import type { Reading } from "../records/order-records.ts";
import { tolerance } from "../strands/begin-tolerance.ts";

/**
 * The seconds by which a reading arrived after its Event-Timestamp, less Acct-Delay-Time: by a late record or a wrong
 * clock of the NAS. Negative if the stamp is ahead of the arrival, which only a wrong clock explains. 0 without a
 * trusted stamp.
 */
export function clockError({ record }: Reading): number {
  const stamp = trustedTimestamp(record);
  return stamp === undefined ? 0 : sentAt(record) - stamp;
}

/** Whether stamp and arrival of a reading disagree by more than rounding. */
export function isOff(reading: Reading): boolean {
  return Math.abs(clockError(reading)) > tolerance;
}
