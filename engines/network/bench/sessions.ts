import { accountFor } from "../src/sessions/account-for.ts";
import type { AccountingRecord } from "../src/sessions/records/accounting-record.ts";
import { defaultSessionSettings } from "../src/sessions/records/session-settings.ts";

const records = 10_000;
const interval = 300;
const epoch = 1_700_000_000;

/** Session time and bytes of a report, by its number. */
type Report = (number: number) => Pick<AccountingRecord, "seconds" | "download">;

const reports: Readonly<Record<string, Report>> = {
  "its session time": (number) => ({ seconds: number * interval, download: BigInt(number) * 1000n }),
  "the seconds of each report": (number) => ({ seconds: interval, download: BigInt(number) * 1000n }),
  "no session time": (number) => ({ seconds: undefined, download: BigInt(number) * 1000n }),
  "no bytes after the first": (number) => ({
    seconds: number * interval,
    download: number === 1 ? 1000n : 0n,
  }),
  "more than the line carries": (number) => ({
    seconds: number * interval,
    download: BigInt(number) * 10n ** 12n,
  }),
};

/**
 * Measures one session of 10,000 interim records and of twice as many, for each kind of report. Linear work takes twice
 * as long.
 */
export function measureSessions() {
  const kinds = Object.entries(reports).map(([kind, report]) => {
    const [milliseconds, twiceAsMany] = [records, 2 * records].map((count) => timeOf(sent(count, report)));
    return { kind, milliseconds, twiceAsManyMilliseconds: twiceAsMany };
  });
  return { records, kinds };
}

function timeOf(session: readonly AccountingRecord[]): number {
  const begun = process.cpuUsage();
  accountFor(session, defaultSessionSettings, epoch + 2 * records * interval + interval);
  const { user, system } = process.cpuUsage(begun);
  return Math.round((user + system) / 1000);
}

function sent(count: number, report: Report): AccountingRecord[] {
  const common = { nas: "bng-1", session: "81", user: "anna", delay: 0, wide: true, upload: 0n };
  const start: AccountingRecord = { ...common, status: "start", arrivedAt: epoch };
  const interims = Array.from({ length: count }, (_, index): AccountingRecord => {
    const number = index + 1;
    return { ...common, status: "interim", arrivedAt: epoch + number * interval, ...report(number) };
  });
  return [start, ...interims];
}
