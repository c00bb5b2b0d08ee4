import { accountFor } from "../account-for.ts";
import type { AccountingRecord } from "../records/accounting-record.ts";
import { defaultSessionSettings } from "../records/session-settings.ts";
import { noon } from "./records.ts";

/** A record's stamp by the clock of the NAS, in seconds since the start. */
export const clock = (at: number, more: object = {}) => ({ eventAt: noon + at, ...more });

/** A record without session time. */
export const bare = { seconds: undefined };

/** Index and field of each value that is set aside. */
export function named(records: AccountingRecord[]): string[] {
  const { setAside } = accountFor(records, defaultSessionSettings, noon + 86_400);
  return setAside.map(({ index, field }) => `${index} ${field}`);
}
