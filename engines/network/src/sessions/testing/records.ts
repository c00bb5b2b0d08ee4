import { accountFor } from "../account-for.ts";
import { type AccountingRecord, requireRecord } from "../records/accounting-record.ts";
import type { Session } from "../records/session.ts";
import { defaultSessionSettings, type SessionSettings } from "../records/session-settings.ts";

/** The start of time in every test. */
export const noon = 1_773_964_800; // 2026-03-20T00:00:00Z
export const GB = 1_000_000_000n;

type Given = Partial<Omit<AccountingRecord, "upload" | "download">> & {
  at: number;
  bytes?: bigint;
  up?: bigint;
};

/** A record that arrives at its event, `at` seconds after the start, with its session time. */
export function record(
  status: AccountingRecord["status"],
  { at, bytes = 0n, up = 0n, ...more }: Given,
): AccountingRecord {
  const common = { nas: "bng-1", session: "81", user: "alice", delay: 0, wide: false };
  return { status, ...common, upload: up, download: bytes, arrivedAt: noon + at, seconds: at, ...more };
}

export const start = (at = 0, more: object = {}) => record("start", { at, seconds: 0, ...more });
export const interim = (at: number, bytes: bigint, more: object = {}) =>
  record("interim", { at, bytes, ...more });
export const stop = (at: number, bytes: bigint, more: object = {}) => record("stop", { at, bytes, ...more });
export const nas = (status: "on" | "off", at: number, more: object = {}) =>
  record(status, { at, session: "", user: "", seconds: undefined, ...more });

/** Only the sessions, from records that a NAS can have sent. */
export function sessionsOf(
  records: readonly AccountingRecord[],
  settings: SessionSettings,
  asOf: number,
): readonly Session[] {
  for (const record of records) requireRecord(record);
  return accountFor(records, settings, asOf).sessions;
}

/** The sessions of records a day later; times are seconds since the start. */
export function sessions(
  records: AccountingRecord[],
  asOf = 86_400,
  settings: Partial<SessionSettings> = {},
) {
  return sessionsOf(records, { ...defaultSessionSettings, ...settings }, noon + asOf).map((session) => ({
    ...session,
    beganAt: session.beganAt - noon,
    lastNewsAt: session.lastNewsAt - noon,
    end: session.end && { ...session.end, at: session.end.at - noon },
    usage: session.usage.map((span) => ({ ...span, from: span.from - noon, to: span.to - noon })),
  }));
}

/** Begin, end, its reason and the bytes to the subscriber of each session. */
export function brief(...given: Parameters<typeof sessions>) {
  return sessions(...given).map(
    ({ beganAt, end, download }) => `${beganAt}-${end?.at ?? ""} ${end?.by ?? "open"} ${download}`,
  );
}
