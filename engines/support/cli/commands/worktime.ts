import { z } from "zod";
import { command } from "../../../base/cli/command.ts";
import { output } from "../../../base/cli/schemas/output.ts";
import { record } from "../../../base/cli/schemas/record.ts";
import { instant, wholeNumber } from "../../../base/cli/schemas/scalars.ts";
import { InputChecks } from "../../../base/src/input-checks.ts";
import { located } from "../../../base/src/located.ts";
import { Zone } from "../../../calendar/src/zone.ts";
import { SupportFault } from "../../src/support-fault.ts";
import { calendarFields, calendarOf } from "../schemas/calendar.ts";
import { printedInstant, printInstant } from "../schemas/printed-clock.ts";

const longest = 20 * 366 * 86_400;

export const worktime = command({
  name: "worktime",
  summary: "the working time of a calendar between two instants, and the instant after a given working time",
  example: {
    calendar: {
      zone: "Europe/Paris",
      hours: [{ days: ["friday", "saturday"], from: "22:00", to: "06:00" }],
    },
    from: "2026-03-28T12:00:00+01:00",
    to: "2026-03-30T12:00:00+02:00",
    minutes: 120,
  },
  input: record({
    calendar: record(calendarFields).transform(calendarOf),
    from: instant,
    to: instant.optional(),
    minutes: wholeNumber(0, 527_040).optional(),
  }),
  output: output({
    working: z.boolean().meta({ description: "whether `from` is working time" }),
    workingSeconds: z.int().min(0).nullable(),
    due: printedInstant.nullable(),
  }),
  run({ calendar, from, to, minutes }) {
    if (to !== undefined) requireInterval(from, to);
    return {
      working: calendar.isWorking(from),
      workingSeconds: to === undefined ? null : calendar.secondsBetween(from, to),
      due:
        minutes === undefined
          ? null
          : printInstant(located(["minutes"], () => calendar.after(from, minutes * 60))),
    };
  },
});

/** Accepts equal instants, with no time between them. */
function requireInterval(from: number, to: number): void {
  const checks = new InputChecks();
  checks.inclusiveInterval([], { from: placeOf(from), to: placeOf(to) });
  checks.done();
  if (to - from <= longest) return;
  throw new SupportFault(
    "CALENDAR_INVALID",
    `expected two instants that are at most 20 years apart; found from ${Zone.printInstant(from)} to ${Zone.printInstant(to)}: check the year of one of them`,
    ["to"],
  );
}

function placeOf(at: number) {
  return { text: Zone.printInstant(at), at };
}
