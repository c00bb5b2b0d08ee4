import { Zone } from "../../../../calendar/src/zone.ts";
import { type AccountingRecord, hasSession } from "./accounting-record.ts";
import { type SessionSettings, settingsOf } from "./session-settings.ts";

/** What of the records does not count, so that the others can. */
export interface SetAside {
  /** The record's place in the list. */
  readonly index: number;
  /** The field that is not believed; undefined where the whole record does not count. */
  readonly field: "seconds" | "delay" | undefined;
  /** What was expected and what was found. */
  readonly message: string;
}

export interface ExaminedRecords {
  /** What counts, without the fields that are not believed. */
  readonly records: readonly AccountingRecord[];
  readonly setAside: readonly SetAside[];
}

const day = 86_400;
const fiveYears = 5 * 365 * day;

/** No NAS keeps a record for longer; -1 as an unsigned number is 136 years. */
const longestDelay = 30 * day;

/** What one record comes to. */
interface Examined {
  readonly record: AccountingRecord | undefined;
  readonly setAside: readonly Omit<SetAside, "index">[];
}

/**
 * Takes out of records what packets can carry and equipment cannot mean, one record at a time: any customer's
 * equipment can send such a record, and it must not cost the others anything.
 * @param asOf the instant of the question: what arrived more than five years before it is set aside
 */
export function examineRecords(
  records: readonly AccountingRecord[],
  settings: SessionSettings,
  asOf: number,
): ExaminedRecords {
  const examined = records.map((record) => examine(record, settingsOf(settings, record.nas), asOf));
  return {
    records: examined.flatMap(({ record }) => record ?? []),
    setAside: examined.flatMap(({ setAside }, index) => setAside.map((one) => ({ index, ...one }))),
  };
}

function examine(record: AccountingRecord, settings: SessionSettings, asOf: number): Examined {
  const why = whyNone(record, asOf);
  if (why !== undefined) return { record: undefined, setAside: [{ field: undefined, message: why }] };
  const delay = believable("delay", record.delay, longestDelay, "30 days");
  const { sessionTime, eventTime } = settings;
  const given = sessionTime === "ignored" ? undefined : record.seconds;
  const seconds = believable("seconds", given, fiveYears, "five years");
  return {
    record: {
      ...record,
      delay: delay.value ?? 0,
      seconds: seconds.value,
      eventAt: eventTime === "ignored" ? undefined : record.eventAt,
    },
    setAside: [...delay.setAside, ...seconds.setAside],
  };
}

function whyNone(record: AccountingRecord, asOf: number): string | undefined {
  if (!hasSession(record)) {
    return `expected a session id; found none in the record of status ${record.status}: the record does not count`;
  }
  if (record.arrivedAt >= asOf - fiveYears) return undefined;
  return `expected a record that arrived within five years before ${Zone.printInstant(asOf)}; found ${Zone.printInstant(record.arrivedAt)}: the record does not count`;
}

function believable(
  field: "seconds" | "delay",
  value: number | undefined,
  most: number,
  words: string,
): { readonly value: number | undefined; readonly setAside: Examined["setAside"] } {
  if (value === undefined || value <= most) return { value, setAside: [] };
  const message = `expected at most ${most} seconds (${words}); found ${value}: the record counts without it`;
  return { value: undefined, setAside: [{ field, message }] };
}
