import { compareText } from "../../../base/src/compare-text.ts";
import { withoutWrongStamps } from "./clock/without-wrong-stamps.ts";
import { countUsage } from "./counting/count-usage.ts";
import { setAsideCount } from "./counting/set-aside-count.ts";
import { endOfSession } from "./end-of-session.ts";
import { type AccountingRecord, requireRecord } from "./records/accounting-record.ts";
import { eventInstant } from "./records/event-instant.ts";
import { examineEach, type SetAside, setAsideOf } from "./records/examine-records.ts";
import { orderReadings, type Reading } from "./records/order-records.ts";
import type { Session, SessionEnd } from "./records/session.ts";
import { type SessionSettings, settingsOf } from "./records/session-settings.ts";
import { gatherStrands } from "./strands/gather-strands.ts";
import type { Strand } from "./strands/strand.ts";

/** The sessions in the records, and the parts of the records that do not count. */
export interface Accounted {
  readonly sessions: readonly Session[];
  /** In the order of the records. */
  readonly setAside: readonly SetAside[];
}

/**
 * The sessions in accounting records, sorted by begin, and the values that equipment cannot mean or lines cannot
 * carry. The order and repetitions of records do not matter. A record without a session id is set aside.
 * @param asOf the instant of the question: records that arrived later are ignored, and silence is measured up to it
 * @throws NetworkFault SESSION_INVALID for any other record that no NAS can have sent.
 */
export function accountFor(
  records: readonly AccountingRecord[],
  settings: SessionSettings,
  asOf: number,
): Accounted {
  const examined = examineEach(records, settings, asOf);
  for (const { record } of examined) if (record !== undefined) requireRecord(record);
  const readings = orderReadings(
    examined.flatMap(({ record }, place) =>
      record === undefined || record.arrivedAt > asOf ? [] : { at: eventInstant(record), record, place },
    ),
  );
  const restarts = restartsByNas(readings);
  const found = [...byId(readings).values()].map((ofId) =>
    accountForId(ofId, restarts, settingsOf(settings, nasOf(ofId)), asOf),
  );
  const setAside = [...setAsideOf(examined), ...found.flatMap((ofId) => ofId.setAside)];
  return {
    sessions: found.flatMap(({ sessions }) => sessions).sort(byBegin),
    setAside: setAside.sort((one, other) => one.index - other.index),
  };
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

function accountForId(
  ofId: readonly Reading[],
  restartsOf: ReadonlyMap<string, readonly number[]>,
  settings: SessionSettings,
  asOf: number,
): Accounted {
  const restarts = restartsOf.get(nasOf(ofId)) ?? [];
  const { readings, setAside } = withoutWrongStamps(ofId);
  const strands = gatherStrands(readings, restarts, settings);
  const begins = strands.map(({ beganAt }) => beganAt).sort((one, other) => one - other);
  const found = strands.map((strand) => {
    const { stop, leftOut, ...counted } = countUsage(strand, settings);
    const open = { beganAt: strand.beganAt, lastNewsAt: counted.lastNewsAt, begins, restarts };
    const end = stop === undefined ? endOfSession(open, settings, asOf) : endByStop(stop);
    return { session: { ...identityOf(strand), ...counted, ...totals(counted), end }, leftOut };
  });
  const leftOut = found.flatMap(({ leftOut }) => leftOut).map(setAsideCount);
  return { sessions: found.map(({ session }) => session), setAside: [...setAside, ...leftOut] };
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
