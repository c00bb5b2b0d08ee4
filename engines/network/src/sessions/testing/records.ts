import type { AccountingRecord } from "../records/accounting-record.ts";
import { defaultSessionSettings, type SessionSettings } from "../records/session-settings.ts";
import { sessionsOf } from "../sessions-of.ts";

/** The begin of every test's time. */
export const noon = 1_773_964_800; // 2026-03-20T00:00:00Z
export const GB = 1_000_000_000n;

type Given = Partial<Omit<AccountingRecord, "upload" | "download">> & {
  at: number;
  bytes?: bigint;
  up?: bigint;
};

/** A record that arrives as it happens, `at` seconds after the beginning, with its session time. */
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

/** The sessions of records a day later, times in seconds since the beginning. */
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
