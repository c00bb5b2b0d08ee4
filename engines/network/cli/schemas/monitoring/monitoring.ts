import { z } from "zod";
import { expected, found } from "../../../../base/cli/schemas/expected.ts";
import { filledList, kindOf, list, oneOf, record } from "../../../../base/cli/schemas/record.ts";
import { date, id, instant, trueOrFalse, wholeNumber, zone } from "../../../../base/cli/schemas/scalars.ts";
import { whenSound } from "../../../../base/cli/schemas/when-sound.ts";
import { refuseNoTime, refuseReversed, timesOfDay } from "../usage/intervals.ts";

const aDay = 86_400;
const percent = wholeNumber(0, 100);

const level = z
  .number({ error: expected("a number, not in quotes") })
  .meta({ description: "in the unit of the samples" });

export const elementKind = oneOf(["device", "port", "circuit"]);

function notAResult(text: string): string {
  const place = text.search(/[^.x-]/);
  return `expected only ".", "x" and "-"; found ${found(text[place])} as character ${place + 1}: write "." for answered, "x" for lost and "-" for not polled`;
}

/** Polls as rows: one character per poll, so that a person can read and write a history. */
export const pollRows = list(
  record({
    from: instant,
    everySeconds: wholeNumber(1, aDay).default(60),
    results: z
      .string({ error: expected('a string of characters, such as "..xx."') })
      .max(100_000, {
        error: ({ input }) =>
          `expected at most 100000 characters; found ${String(input).length}: write the others as another row`,
      })
      .regex(/^[.x-]*$/, { error: ({ input }) => notAResult(String(input)) })
      .meta({ description: '"." answered, "x" lost, "-" not polled', examples: ["..xx."] }),
  }),
).transform((rows) =>
  rows.flatMap(({ from, everySeconds, results }) =>
    [...results].flatMap((character, place) =>
      character === "-" ? [] : [{ at: from + place * everySeconds, answered: character === "." }],
    ),
  ),
);

export const whenSchema = kindOf(
  "kind",
  ["once", "recurring"],
  [
    record({ kind: z.literal("once"), from: instant, to: instant }).superRefine(
      refuseReversed("from", "to", "has-a-length"),
      whenSound,
    ),
    record({
      kind: z.literal("recurring"),
      zone,
      weekdays: filledList(
        wholeNumber(1, 7),
        "write days from 1 to 7, or leave the field out for all",
      ).default([1, 2, 3, 4, 5, 6, 7]),
      weeksOfMonth: filledList(
        wholeNumber(1, 5),
        "write weeks from 1 to 5, or leave the field out for all",
      ).optional(),
      ...timesOfDay,
      starts: date,
      ends: date.optional(),
    })
      .superRefine(refuseNoTime, whenSound)
      .superRefine(refuseReversed("starts", "ends", "may-be-empty"), whenSound)
      .transform(({ from, to, weeksOfMonth, ends, ...rest }) => ({
        ...rest,
        fromMinute: from,
        toMinute: to % 1440,
        ...(weeksOfMonth && { weeksOfMonth }),
        ...(ends && { ends }),
      })),
  ],
);

const weekdays = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] as const;

/** Hours of some weekdays, written as for the command `worktime`. */
export const dailyHours = record({
  days: filledList(oneOf(weekdays), 'write the weekdays, such as ["monday"]'),
  ...timesOfDay,
})
  .superRefine(refuseNoTime, whenSound)
  .transform(({ days, from, to }) => ({
    weekdays: days.map((day) => weekdays.indexOf(day) + 1),
    fromMinute: from,
    toMinute: to % 1440,
  }));

export const windowSchema = record({
  id,
  devices: filledList(id, "write the devices, or leave the window out"),
  withChildren: trueOrFalse.default(false),
  when: whenSchema,
});

export const ruleSchema = record({
  id,
  object: id,
  indicator: id,
  severity: oneOf(["critical", "major", "minor", "warning", "indeterminate"]).default("warning"),
  direction: oneOf(["above", "below"]),
  raiseAt: level,
  clearAt: level,
  samples: list(record({ at: instant, value: level })),
});

export const plantSchema = list(record({ id, kind: elementKind, needs: list(id).default([]) }));

export const alarmSettings = record({
  lossesBeforeDown: wholeNumber(1, 1000).default(3),
  answersBeforeUp: wholeNumber(1, 1000).default(2),
  staleAfterSeconds: wholeNumber(1, 30 * aDay).default(900),
  flappingStartPercent: percent.default(30),
  flappingStopPercent: percent.default(20),
  evaluateEverySeconds: wholeNumber(1, aDay).default(60),
  pendingSeconds: wholeNumber(0, 30 * aDay).default(120),
}).prefault({});
