import type { AccountingRecord } from "./accounting-record.ts";

/** A NAS may keep a record for up to a day until a server answers. Its clock must not be ahead. */
const longestKept = 86_400;
const fastestClock = 300;

/**
 * The instant of a record's event: Event-Timestamp by the NAS's clock (RFC 2869 section 5.3) if it is plausible,
 * else the arrival less Acct-Delay-Time (RFC 2866 section 5.2). A retransmission has the same instant.
 */
export function eventInstant(record: AccountingRecord): number {
  return trustedTimestamp(record) ?? sentAt(record);
}

/** The instant at which the NAS first sent a record, by the server's clock and Acct-Delay-Time. */
export function sentAt({ arrivedAt, delay }: AccountingRecord): number {
  return arrivedAt - delay;
}

/** Whether only the arrival dates a record, so that it may be an old one that arrived late. */
export function isUntimed(record: AccountingRecord): boolean {
  return record.seconds === undefined && trustedTimestamp(record) === undefined;
}

/** Event-Timestamp; undefined if the NAS's clock is evidently wrong, such as in 1970 after a boot. */
export function trustedTimestamp({ eventAt, arrivedAt, delay }: AccountingRecord): number | undefined {
  if (eventAt === undefined) return undefined;
  const age = arrivedAt - delay - eventAt;
  return age <= longestKept && age >= -fastestClock ? eventAt : undefined;
}
