import { compareText } from "../../../../base/src/compare-text.ts";
import type { AccountingRecord } from "./accounting-record.ts";

/** A record with the instant of its event. */
export interface Reading {
  readonly at: number;
  readonly record: AccountingRecord;
  /** The record's index in the list of all, for messages. */
  readonly place: number;
}

/**
 * Readings in the order of their events. The order depends only on their contents and not on the order of arrival,
 * so that every result is independent of the latter.
 */
export function orderReadings(readings: readonly Reading[]): Reading[] {
  return [...readings].sort(compare);
}

function compare(one: Reading, other: Reading): number {
  return (
    one.at - other.at ||
    rank[one.record.status] - rank[other.record.status] ||
    (one.record.seconds ?? 0) - (other.record.seconds ?? 0) ||
    compareBytes(one.record.upload, other.record.upload) ||
    compareBytes(one.record.download, other.record.download) ||
    compareText(rest(one.record), rest(other.record))
  );
}

/** If a NAS reuses an id at once, the stop of one session precedes the start of the next. */
const rank = { off: 0, on: 0, interim: 1, stop: 2, start: 3 } as const;

/** Orders a record without the counter before one with it. */
function compareBytes(one = -1n, other = -1n): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

function rest({ multiSession, class: classOf, cause }: AccountingRecord): string {
  return JSON.stringify([multiSession, classOf, cause]);
}
