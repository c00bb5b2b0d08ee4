import { compareText } from "../../../base/src/compare-text.ts";
import { countUsage } from "./counting/count-usage.ts";
import { endOfSession } from "./end-of-session.ts";
import { type AccountingRecord, requireRecord } from "./records/accounting-record.ts";
import { eventInstant } from "./records/event-instant.ts";
import { examineRecords } from "./records/examine-records.ts";
import { orderReadings, type Reading } from "./records/order-records.ts";
import type { Session, SessionEnd } from "./records/session.ts";
import { type SessionSettings, settingsOf } from "./records/session-settings.ts";
import { gatherStrands } from "./strands/gather-strands.ts";
import type { Strand } from "./strands/strand.ts";

/**
 * The sessions that accounting records tell of, by their begin. The records may come in any order and any
 * number of times: the answer depends on the set of them only.
 * What `examineRecords` sets aside does not count.
 * @param asOf the instant of the question: records that arrived after it are not looked at, and silence up
 *   to it is silence
 * @throws NetworkFault SESSION_INVALID for a record that no NAS can have sent.
 */
export function sessionsOf(
  records: readonly AccountingRecord[],
  settings: SessionSettings,
  asOf: number,
): Session[] {
  for (const record of records) requireRecord(record);
  const examined = examineRecords(records, settings, asOf).records;
  const known = examined.filter(({ arrivedAt }) => arrivedAt <= asOf);
  const readings = orderReadings(known.map((record) => ({ at: eventInstant(record), record })));
  const restarts = restartsByNas(readings);
  return [...byId(readings).values()]
    .flatMap((ofId) => sessionsOfId(ofId, restarts, settingsOf(settings, nasOf(ofId)), asOf))
    .sort(byBegin);
}

function restartsByNas(readings: readonly Reading[]): ReadonlyMap<string, readonly number[]> {
  const whole = readings.filter(({ record }) => isWholeNas(record));
  return new Map(
    [...Map.groupBy(whole, ({ record }) => record.nas)].map(([nas, ofNas]) => [
      nas,
      ofNas.map(({ at }) => at),
    ]),
  );
}

function byId(readings: readonly Reading[]): ReadonlyMap<string, readonly Reading[]> {
  const single = readings.filter(({ record }) => !isWholeNas(record));
  return Map.groupBy(single, ({ record }) => JSON.stringify([record.nas, record.session]));
}

function isWholeNas({ status }: AccountingRecord): boolean {
  return status === "on" || status === "off";
}

function sessionsOfId(
  readings: readonly Reading[],
  restartsOf: ReadonlyMap<string, readonly number[]>,
  settings: SessionSettings,
  asOf: number,
): Session[] {
  const restarts = restartsOf.get(nasOf(readings)) ?? [];
  const strands = gatherStrands(readings, restarts, settings);
  return strands.map((strand) => {
    const { stop, ...counted } = countUsage(strand, settings);
    const successors = strands.filter((other) => other !== strand).map(({ beganAt }) => beganAt);
    const open = { beganAt: strand.beganAt, lastNewsAt: counted.lastNewsAt, successors, restarts };
    const end = stop === undefined ? endOfSession(open, settings, asOf) : endByStop(stop);
    return { ...identityOf(strand), ...counted, ...totals(counted), end };
  });
}

function nasOf(readings: readonly Reading[]): string {
  return readings[0]?.record.nas ?? "";
}

function endByStop({ at, record }: Reading): SessionEnd {
  return { at, by: "stop", cause: record.cause };
}

function identityOf({ user, beganAt, startSeen, readings }: Strand) {
  const last = (field: "multiSession" | "class") =>
    readings.findLast(({ record }) => record[field] !== undefined)?.record[field];
  const { nas = "", session: id = "" } = readings[0]?.record ?? {};
  return { nas, id, user, beganAt, startSeen, multiSession: last("multiSession"), class: last("class") };
}

function totals({ usage }: Pick<Session, "usage">) {
  return {
    upload: usage.reduce((sum, span) => sum + span.upload, 0n),
    download: usage.reduce((sum, span) => sum + span.download, 0n),
  };
}

function byBegin(one: Session, other: Session): number {
  return (
    one.beganAt - other.beganAt ||
    compareText(one.nas, other.nas) ||
    compareText(one.id, other.id) ||
    compareText(one.user, other.user)
  );
}
