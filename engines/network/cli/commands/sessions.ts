import { z } from "zod";
import { command } from "../../../base/cli/command.ts";
import { output } from "../../../base/cli/schemas/output.ts";
import { list, oneOf, record } from "../../../base/cli/schemas/record.ts";
import { instant, zone } from "../../../base/cli/schemas/scalars.ts";
import { Zone } from "../../../calendar/src/zone.ts";
import { type Bundle, bundlesOf } from "../../src/sessions/bundles-of.ts";
import { type Period, periodsBetween } from "../../src/sessions/period-rule.ts";
import type { Session } from "../../src/sessions/session.ts";
import { sessionsOf } from "../../src/sessions/sessions-of.ts";
import { usagePerPeriod } from "../../src/sessions/usage-per-period.ts";
import { printedInstant } from "../schemas/printed-alarm.ts";
import { countSchema, printedCount } from "../schemas/printed-count.ts";
import { accountingRecord, periods, sessionSettings } from "../schemas/sessions.ts";

export const sessions = command({
  name: "sessions",
  summary: "sessions and usage per period from accounting records in any order",
  example: {
    zone: "Europe/Paris",
    asOf: "2026-03-20T12:00:00Z",
    records: [
      { status: "start", nas: "bng-1", session: "81", user: "anna", arrivedAt: "2026-03-20T10:00:00Z" },
      {
        ...{ status: "stop", nas: "bng-1", session: "81", user: "anna", seconds: 600 },
        ...{ upload: 1000000, download: "25000000", cause: "User-Request" },
        ...{ arrivedAt: "2026-03-20T10:10:05Z", delay: 5 },
      },
    ],
  },
  input: record({
    zone,
    asOf: instant,
    records: list(accountingRecord),
    settings: sessionSettings,
    periods: periods.prefault({ unit: "day" }),
    attribution: oneOf(["proportional", "arrival"]).default("proportional"),
  }),
  output: output({
    sessions: z.array(
      output({
        nas: z.string(),
        id: z.string(),
        user: z.string(),
        beganAt: printedInstant,
        startSeen: z.boolean(),
        lastNewsAt: printedInstant,
        end: output({
          at: printedInstant,
          by: z.enum(["stop", "nas-restart", "replaced", "stale"]),
          cause: z.string().optional(),
        }).nullable(),
        upload: countSchema,
        download: countSchema,
        wraps: z.int(),
        resets: z.int(),
        multiSession: z.string().optional(),
        class: z.string().optional(),
      }),
    ),
    bundles: z.array(
      output({
        id: z.string(),
        user: z.string(),
        sessions: z.int(),
        beganAt: printedInstant,
        endedAt: printedInstant.nullable(),
        upload: countSchema,
        download: countSchema,
      }),
    ),
    usage: z.array(
      output({
        from: z.string(),
        to: z.string(),
        upload: countSchema,
        download: countSchema,
        seconds: z.int(),
      }),
    ),
  }),
  run({ zone, asOf, records, settings, periods, attribution }) {
    const found = sessionsOf(records, settings, asOf);
    const rows =
      periods.unit === "dates"
        ? periods.dates
        : rowsOf(found, (from, to) => periodsBetween(periods, zone, from, to));
    return {
      sessions: found.map(printedSession),
      bundles: bundlesOf(found).map(printedBundle),
      usage: usagePerPeriod(found, rows, zone, attribution).map(({ period, upload, download, seconds }) => ({
        from: period.from,
        to: period.to,
        upload: printedCount(upload),
        download: printedCount(download),
        seconds,
      })),
    };
  },
});

/** The periods from the first begin to the last end. */
function rowsOf(found: readonly Session[], between: (from: number, to: number) => Period[]): Period[] {
  const first = found[0]?.beganAt;
  if (first === undefined) return [];
  const last = found.reduce((latest, one) => Math.max(latest, one.end?.at ?? one.lastNewsAt), first);
  return between(first, last + 1);
}

function printedSession({ usage: _, end, beganAt, lastNewsAt, upload, download, ...rest }: Session) {
  return {
    ...rest,
    beganAt: Zone.printInstant(beganAt),
    lastNewsAt: Zone.printInstant(lastNewsAt),
    end: end === undefined ? null : { ...end, at: Zone.printInstant(end.at) },
    upload: printedCount(upload),
    download: printedCount(download),
  };
}

function printedBundle({ sessions: linked, beganAt, endedAt, upload, download, ...rest }: Bundle) {
  return {
    ...rest,
    sessions: linked.length,
    beganAt: Zone.printInstant(beganAt),
    endedAt: endedAt === undefined ? null : Zone.printInstant(endedAt),
    upload: printedCount(upload),
    download: printedCount(download),
  };
}
