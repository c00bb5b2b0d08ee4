import { z } from "zod";
import { kindOf, list, oneOf, record } from "../../../base/cli/schemas/record.ts";
import { date, id, instant, trueOrFalse, wholeNumber } from "../../../base/cli/schemas/scalars.ts";
import { accountingStatuses } from "../../src/sessions/records/accounting-record.ts";
import { directions } from "../../src/sessions/records/direction.ts";
import {
  defaultSessionSettings,
  type SessionSettings,
  settingsOf,
} from "../../src/sessions/records/session-settings.ts";
import { bytes, octetCount } from "./bytes.ts";
import { refuseReversed } from "./intervals.ts";

/** What an Accounting-Request says, by the names that people use. */
export const accountingRecord = record({
  status: oneOf(accountingStatuses),
  nas: id,
  session: id.optional(),
  user: id.optional(),
  upload: octetCount.optional(),
  download: octetCount.optional(),
  gigawords: trueOrFalse.default(false).meta({ description: "the packet carried gigawords" }),
  seconds: wholeNumber(0, 4_294_967_295).optional(),
  arrivedAt: instant,
  delay: wholeNumber(0, 4_294_967_295).default(0),
  eventAt: instant.optional(),
  multiSession: id.optional(),
  class: id.optional(),
  cause: id.optional(),
}).transform(({ session = "", user = "", gigawords: wide, ...rest }) => ({ session, user, wide, ...rest }));

const interimSeconds = wholeNumber(60, 86_400)
  .nullable()
  .meta({ description: "null where the NAS sends no interim records" });
const missedInterims = wholeNumber(1, 100);
const counters = oneOf(["as-sent", "32-bit", "64-bit"]);
const sessionTime = oneOf(["checked", "trusted", "ignored"]);
const eventTime = oneOf(["checked", "ignored"]);

export const sessionSettings = record({
  interimSeconds: interimSeconds.default(defaultSessionSettings.interimSeconds ?? null),
  missedInterims: missedInterims.default(defaultSessionSettings.missedInterims),
  counters: counters.default(defaultSessionSettings.counters),
  fastestBitsPerSecond: bytes.default(defaultSessionSettings.fastestBitsPerSecond),
  sessionTime: sessionTime.default(defaultSessionSettings.sessionTime),
  eventTime: eventTime.default(defaultSessionSettings.eventTime),
})
  .prefault({})
  .transform(({ interimSeconds, ...rest }) => ({ interimSeconds: interimSeconds ?? undefined, ...rest }));

/** What is different for one NAS; the rest is as the settings for all say. */
const ofOneNas = record({
  nas: id,
  interimSeconds: interimSeconds.optional(),
  missedInterims: missedInterims.optional(),
  counters: counters.optional(),
  fastestBitsPerSecond: bytes.optional(),
  sessionTime: sessionTime.optional(),
  eventTime: eventTime.optional(),
});

export const nasSettings = list(ofOneNas)
  .default([])
  .transform((all, context) => {
    all.forEach(({ nas }, index) => {
      if (all.findIndex((other) => other.nas === nas) === index) return;
      const message = `expected the settings of each NAS once; found ${JSON.stringify(nas)} again: put its settings together`;
      context.addIssue({ code: "custom", path: [index, "nas"], message });
    });
    return new Map(all.map(({ nas, ...rest }) => [nas, differing(rest)]));
  });

type Differing = NonNullable<SessionSettings["perNas"]> extends ReadonlyMap<string, infer One> ? One : never;

/** The fields that are given; `interimSeconds` is null where there are none in JSON, undefined in the engine. */
function differing(given: object): Differing {
  const fields = Object.entries(given).filter(([, value]) => value !== undefined);
  return Object.fromEntries(fields.map(([field, value]) => [field, value ?? undefined]));
}

/**
 * Refuses counts that no packet carries: of more than 32 bits without gigawords. Such a record is a fault of
 * what writes the feed, and others of it are not to be trusted either.
 */
export function refuseWideCounts(
  { records, settings, nasSettings: perNas }: WideCounts,
  context: z.RefinementCtx,
): void {
  records.forEach((one, index) => {
    if (one.wide || settingsOf({ ...settings, perNas }, one.nas).counters === "64-bit") return;
    for (const direction of directions) {
      const count = one[direction];
      if (typeof count !== "bigint" || count < 2n ** 32n || count >= 2n ** 64n) continue;
      const message = `expected a count of 32 bits, 4294967295 at most, in a record without gigawords; found ${count}: write "gigawords": true where the packet carried them, or the counters of this NAS as "64-bit"`;
      context.addIssue({ code: "custom", path: ["records", index, direction], message });
    }
  });
}

interface WideCounts {
  readonly records: readonly z.output<typeof accountingRecord>[];
  readonly settings: SessionSettings;
  readonly nasSettings: ReadonlyMap<string, Differing>;
}

const day = record({ unit: z.literal("day") });
const week = record({ unit: z.literal("week"), dayOfWeek: wholeNumber(1, 7).default(1) });
const month = record({ unit: z.literal("month"), dayOfMonth: wholeNumber(1, 31).default(1) });

/** How the calendar is cut. */
export const periodRule = kindOf("unit", ["month", "week", "day"], [day, week, month]);

const dates = record({ from: date, to: date }).superRefine(refuseReversed("from", "to", "has-a-length"));

/** The same, or dates of the caller's own, such as billing periods. */
export const periods = kindOf(
  "unit",
  ["month", "week", "day", "dates"],
  [day, week, month, record({ unit: z.literal("dates"), dates: list(dates) })],
);
