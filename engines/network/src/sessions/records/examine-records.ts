import { Zone } from "../../../../calendar/src/zone.ts";
import { type AccountingRecord, hasSession } from "./accounting-record.ts";
import type { Direction } from "./direction.ts";
import { fiveYears, longestDelay } from "./longest.ts";
import { type SessionSettings, settingsOf } from "./session-settings.ts";

/** An ignored part of a record. The rest of the record counts. */
export interface SetAside {
  /** The record's index in the list. */
  readonly index: number;
  /** The ignored field; undefined if the whole record is ignored. */
  readonly field: "seconds" | "delay" | "eventAt" | "gigawords" | Direction | undefined;
  /** The expected and the found value. */
  readonly message: string;
}

/** The result of one record. */
export interface Examined {
  /** Undefined if the whole record is ignored. */
  readonly record: AccountingRecord | undefined;
  readonly setAside: readonly Omit<SetAside, "index">[];
}

/**
 * Examines the records one by one, in their order, and removes values that packets can carry but equipment cannot
 * mean. Any customer's equipment can send such a record, so it must not affect other customers.
 * @param asOf the instant of the question: records that arrived more than five years before it are set aside
 */
export function examineEach(
  records: readonly AccountingRecord[],
  settings: SessionSettings,
  asOf: number,
): Examined[] {
  return records.map((record) => examine(record, settingsOf(settings, record.nas), asOf));
}

export function setAsideOf(examined: readonly Examined[]): SetAside[] {
  return examined.flatMap(({ setAside }, index) => setAside.map((one) => ({ index, ...one })));
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
    setAside: [...delay.setAside, ...seconds.setAside, ...loneGigawords(record)],
  };
}

/** Gigawords without octets are not a count: `wide` of such a record only shows that the NAS counts in 64 bits. */
function loneGigawords({ wide, upload, download }: AccountingRecord): Examined["setAside"] {
  if (!wide || upload !== undefined || download !== undefined) return [];
  const message =
    "expected upload or download beside gigawords; found neither: the record counts without them";
  return [{ field: "gigawords", message }];
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
