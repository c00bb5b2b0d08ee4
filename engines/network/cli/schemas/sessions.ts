import { z } from "zod";
import { kindOf, list, oneOf, record } from "../../../base/cli/schemas/record.ts";
import { date, id, instant, trueOrFalse, wholeNumber } from "../../../base/cli/schemas/scalars.ts";
import { accountingStatuses } from "../../src/sessions/accounting-record.ts";
import { defaultSessionSettings } from "../../src/sessions/session-settings.ts";
import { bytes } from "./bytes.ts";

/** What an Accounting-Request says, by the names that people use. */
export const accountingRecord = record({
  status: oneOf(accountingStatuses),
  nas: id,
  session: id.optional(),
  user: id.optional(),
  upload: bytes.default(0n),
  download: bytes.default(0n),
  gigawords: trueOrFalse.default(false),
  seconds: wholeNumber(0, 4_294_967_295).optional(),
  arrivedAt: instant,
  delay: wholeNumber(0, 4_294_967_295).default(0),
  eventAt: instant.optional(),
  multiSession: id.optional(),
  class: id.optional(),
  cause: id.optional(),
}).transform(({ session = "", user = "", gigawords: wide, ...rest }) => ({ session, user, wide, ...rest }));

export const sessionSettings = record({
  interimSeconds: wholeNumber(60, 86_400)
    .nullable()
    .default(defaultSessionSettings.interimSeconds ?? null)
    .meta({ description: "null where the NAS sends no interim records" }),
  missedInterims: wholeNumber(1, 100).default(defaultSessionSettings.missedInterims),
  counters: oneOf(["as-sent", "32-bit", "64-bit"]).default(defaultSessionSettings.counters),
  fastestBitsPerSecond: bytes.default(defaultSessionSettings.fastestBitsPerSecond),
})
  .prefault({})
  .transform(({ interimSeconds, ...rest }) => ({ interimSeconds: interimSeconds ?? undefined, ...rest }));

const day = record({ unit: z.literal("day") });
const week = record({ unit: z.literal("week"), dayOfWeek: wholeNumber(1, 7).default(1) });
const month = record({ unit: z.literal("month"), dayOfMonth: wholeNumber(1, 31).default(1) });

/** How the calendar is cut. */
export const periodRule = kindOf("unit", ["month", "week", "day"], [day, week, month]);

/** The same, or dates of the caller's own, such as billing periods. */
export const periods = kindOf(
  "unit",
  ["month", "week", "day", "dates"],
  [day, week, month, record({ unit: z.literal("dates"), dates: list(record({ from: date, to: date })) })],
);
