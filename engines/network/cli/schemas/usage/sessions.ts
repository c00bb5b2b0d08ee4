import { z } from "zod";
import { expected } from "../../../../base/cli/schemas/expected.ts";
import { filledList, kindOf, list, oneOf, record } from "../../../../base/cli/schemas/record.ts";
import { date, id, instant, trueOrFalse, wholeNumber } from "../../../../base/cli/schemas/scalars.ts";
import { whenSound } from "../../../../base/cli/schemas/when-sound.ts";
import { accountingStatuses } from "../../../src/sessions/records/accounting-record.ts";
import { directions } from "../../../src/sessions/records/direction.ts";
import {
  defaultSessionSettings,
  type SessionSettings,
  settingsOf,
} from "../../../src/sessions/records/session-settings.ts";
import { attributeText } from "../access/nas-text.ts";
import { bytes, octetCount } from "./bytes.ts";
import { refuseReversed } from "./intervals.ts";

/** Each Class, two hexadecimal digits for each of at most 253 octets, with a space between two. */
const classOctets = z
  .string({ error: expected('a string, such as "0a1b" (Class)') })
  .min(1, { error: expected('Class, such as "0a1b"') })
  .refine((text) => text.split(" ").every((one) => one.length <= 506), {
    error:
      "expected a Class of at most 506 digits, of 253 octets; found more: write the value that the NAS sent",
  })
  .meta({ description: "each Class, with a space between two", examples: ["0a1b"] });

/** The contents of an Accounting-Request, under readable names. */
export const accountingRecord = record({
  status: oneOf(accountingStatuses),
  nas: id,
  session: attributeText("Acct-Session-Id", "81c00007").optional(),
  user: attributeText("User-Name", "anna@isp.example").optional(),
  upload: octetCount.optional(),
  download: octetCount.optional(),
  gigawords: trueOrFalse.default(false).meta({ description: "the packet carried gigawords" }),
  seconds: wholeNumber(0, 4_294_967_295).optional(),
  arrivedAt: instant,
  delay: wholeNumber(0, 4_294_967_295).default(0),
  eventAt: instant.optional(),
  multiSession: attributeText("Acct-Multi-Session-Id", "81c00007").optional(),
  class: classOctets.optional(),
  cause: id.optional(),
}).transform(({ session = "", user = "", gigawords: wide, ...rest }) => ({ session, user, wide, ...rest }));

const interimSeconds = wholeNumber(60, 86_400)
  .nullable()
  .meta({ description: "null if the NAS sends no interim records" });
const missedInterims = wholeNumber(1, 100);
/** A speed of zero is refused, because it could carry no byte. */
const fastestBitsPerSecond = bytes.refine((speed) => speed > 0n, {
  abort: true,
  error: ({ input }) =>
    `expected a speed of 1 bit per second or more; found ${input}: write the speed of the fastest line, such as 1000000000, or leave it out`,
});
const counters = oneOf(["as-sent", "32-bit", "64-bit"]);
const sessionTime = oneOf(["checked", "trusted", "ignored"]);
const eventTime = oneOf(["checked", "ignored"]);

export const sessionSettings = record({
  interimSeconds: interimSeconds.default(defaultSessionSettings.interimSeconds ?? null),
  missedInterims: missedInterims.default(defaultSessionSettings.missedInterims),
  counters: counters.default(defaultSessionSettings.counters),
  fastestBitsPerSecond: fastestBitsPerSecond.default(defaultSessionSettings.fastestBitsPerSecond),
  sessionTime: sessionTime.default(defaultSessionSettings.sessionTime),
  eventTime: eventTime.default(defaultSessionSettings.eventTime),
})
  .prefault({})
  .transform(({ interimSeconds, ...rest }) => ({ interimSeconds: interimSeconds ?? undefined, ...rest }));

/** The settings that differ for one NAS. Absent fields are those of all NASes. */
const ofOneNas = record({
  nas: id,
  interimSeconds: interimSeconds.optional(),
  missedInterims: missedInterims.optional(),
  counters: counters.optional(),
  fastestBitsPerSecond: fastestBitsPerSecond.optional(),
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

/** The fields that are given. No `interimSeconds` is null in JSON and undefined in the engine. */
function differing(given: object): Differing {
  const fields = Object.entries(given).filter(([, value]) => value !== undefined);
  return Object.fromEntries(fields.map(([field, value]) => [field, value ?? undefined]));
}

/**
 * Refuses counts of more than 32 bits without gigawords, because no packet can carry them. The writer of such a
 * record has a fault, so its other records are not reliable either.
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

/** The unit of the calendar that a period has. */
export const periodRule = kindOf("unit", ["month", "week", "day"], [day, week, month]);

const dates = record({ from: date, to: date }).superRefine(
  refuseReversed("from", "to", "has-a-length"),
  whenSound,
);

/** A calendar unit, or the caller's own dates, such as billing periods. */
export const periods = kindOf(
  "unit",
  ["month", "week", "day", "dates"],
  [
    day,
    week,
    month,
    record({
      unit: z.literal("dates"),
      dates: filledList(dates, 'write the periods, or another unit, such as "month"'),
    }),
  ],
);
