import { z } from "zod";
import { command } from "../../../../base/cli/command.ts";
import { output } from "../../../../base/cli/schemas/output.ts";
import { list, oneOf, record } from "../../../../base/cli/schemas/record.ts";
import { instant, zone } from "../../../../base/cli/schemas/scalars.ts";
import { whenSound } from "../../../../base/cli/schemas/when-sound.ts";
import { Zone } from "../../../../calendar/src/zone.ts";
import { accountFor } from "../../../src/sessions/account-for.ts";
import { type Bundle, bundlesOf } from "../../../src/sessions/bundles-of.ts";
import type { Session, UsageSpan } from "../../../src/sessions/records/session.ts";
import { type Period, type PeriodRule, periodsBetween } from "../../../src/sessions/usage/period-rule.ts";
import type { Attribution } from "../../../src/sessions/usage/usage-per-period.ts";
import { type UserUsage, usagePerUser } from "../../../src/sessions/usage/usage-per-user.ts";
import { countSchema, printedCount } from "../../schemas/addresses/printed-count.ts";
import { printedInstant } from "../../schemas/monitoring/printed-alarm.ts";
import {
  accountingRecord,
  nasSettings,
  periods,
  refuseWideCounts,
  sessionSettings,
} from "../../schemas/usage/sessions.ts";

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
    nasSettings,
    periods: periods.prefault({ unit: "day" }),
    attribution: oneOf(["proportional", "arrival"]).default("proportional"),
  }).superRefine(refuseWideCounts, whenSound),
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
        user: z.string(),
        from: z.string(),
        to: z.string(),
        upload: countSchema,
        download: countSchema,
        seconds: z.int(),
      }),
    ),
    setAside: z.array(output({ path: z.string(), message: z.string() })),
  }),
  run({ zone, asOf, records, settings, nasSettings, periods, attribution }) {
    const perNas = { ...settings, perNas: nasSettings };
    const { sessions: found, setAside } = accountFor(records, perNas, asOf);
    const rowsOf = (theirs: readonly Session[]) =>
      periods.unit === "dates" ? periods.dates : periodsOf(theirs, periods, zone, attribution);
    return {
      sessions: found.map(printedSession),
      bundles: bundlesOf(found).map(printedBundle),
      usage: usagePerUser(found, rowsOf, zone, attribution).map(printedUsage),
      setAside: setAside.map(({ index, field, message }) => ({
        path: field === undefined ? `records[${index}]` : `records[${index}].${field}`,
        message,
      })),
    };
  },
});

/** The periods from the first begin to the last end. The last period includes the instant of the last end. */
function periodsOf(
  sessions: readonly Session[],
  rule: PeriodRule,
  zone: Zone,
  attribution: Attribution,
): Period[] {
  const first = sessions[0]?.beganAt;
  if (first === undefined) return [];
  const last = sessions.reduce((latest, one) => Math.max(latest, one.end?.at ?? one.lastNewsAt), first);
  const isNews = sessions.some((session) => hasNewsOf(session, last, attribution));
  return periodsBetween(rule, zone, first, isNews ? last + 1 : last);
}

/** Whether a session began at an instant, or has bytes that belong to it. */
function hasNewsOf({ beganAt, usage }: Session, instant: number, attribution: Attribution): boolean {
  const isOf = ({ from, to }: UsageSpan) => to === instant && (attribution === "arrival" || from === to);
  return beganAt === instant || usage.some((span) => isOf(span) && span.upload + span.download > 0n);
}

function printedUsage({ user, period, upload, download, seconds }: UserUsage) {
  return {
    ...{ user, from: period.from, to: period.to },
    ...{ upload: printedCount(upload), download: printedCount(download), seconds },
  };
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
