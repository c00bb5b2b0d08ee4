import { z } from "zod";
import { expected } from "../../../base/cli/schemas/expected.ts";
import { attempt, parsed } from "../../../base/cli/schemas/parsed.ts";
import { list, oneOf, record } from "../../../base/cli/schemas/record.ts";
import { date, zone } from "../../../base/cli/schemas/scalars.ts";
import { BusinessCalendar } from "../../src/calendar/business-calendar.ts";
import { YearlyDay } from "../../src/calendar/holiday.ts";
import { Span } from "../../src/calendar/span.ts";

const weekdays = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] as const;

const clockTime = (example: string) =>
  z
    .string({ error: expected(`a time of day in quotes, such as "${example}"`) })
    .meta({ description: "local time of the zone", examples: [example] });

const times = { from: clockTime("09:00"), to: clockTime("17:00") };

const span = record(times).transform(({ from, to }, context) => attempt(() => Span.parse(from, to), context));

const oneOrMore = list(oneOf(weekdays)).min(1, {
  error: `expected at least one day; found none: write one or more of ${weekdays.join(", ")}, or leave these hours out`,
});

const hours = record({ days: oneOrMore, ...times }).transform(({ days, from, to }, context) =>
  attempt(() => ({ days, span: Span.parse(from, to) }), context),
);

const yearly = parsed("12-25", "day of every year", YearlyDay.parse);

const holiday = record({
  on: date.optional(),
  yearly: yearly.optional(),
  spans: list(span).default([]),
}).transform((given, context) => {
  const day = given.on ?? given.yearly;
  if (day !== undefined && (given.on === undefined || given.yearly === undefined)) {
    return { on: day, spans: given.spans };
  }
  context.addIssue({
    code: "custom",
    message: `expected either "on" (a date) or "yearly" (a day of every year); found ${day === undefined ? "neither" : "both"}: write one of them`,
  });
  return z.NEVER;
});

export const calendarFields = {
  zone,
  hours: list(hours),
  holidays: list(holiday).default([]),
};

type CalendarFields = z.output<z.ZodObject<typeof calendarFields>>;

/** The calendar of these fields, or a fault of the input. */
export function calendarOf({ zone, hours, holidays }: CalendarFields, context: z.RefinementCtx) {
  const week = weekdays.map((day) => hours.filter(({ days }) => days.includes(day)).map(({ span }) => span));
  return attempt(() => BusinessCalendar.of(zone, week, holidays), context);
}
