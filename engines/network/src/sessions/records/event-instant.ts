import type { AccountingRecord } from "./accounting-record.ts";

/** A NAS may keep a record for a day until a server answers; its clock may not run ahead. */
const longestKept = 86_400;
const fastestClock = 300;

/**
 * When the event of a record happened: by the clock of the NAS (Event-Timestamp, RFC 2869 section 5.3) where
 * that is believable, else the arrival less Acct-Delay-Time (RFC 2866 section 5.2). A retransmission has
 * the same instant.
 */
export function eventInstant(record: AccountingRecord): number {
  return trustedTimestamp(record) ?? record.arrivedAt - record.delay;
}

/** Whether nothing but its arrival says when a record happened, so that it may be an old one that came late. */
export function isUntimed(record: AccountingRecord): boolean {
  return record.seconds === undefined && trustedTimestamp(record) === undefined;
}

/** Event-Timestamp, unless the clock of the NAS is evidently wrong, such as after a boot in 1970. */
export function trustedTimestamp({ eventAt, arrivedAt, delay }: AccountingRecord): number | undefined {
  if (eventAt === undefined) return undefined;
  const age = arrivedAt - delay - eventAt;
  return age <= longestKept && age >= -fastestClock ? eventAt : undefined;
}
