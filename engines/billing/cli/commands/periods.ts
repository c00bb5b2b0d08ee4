import { z } from "zod";
import { output } from "../../../base/cli/schemas/output.ts";
import { oneOf, record } from "../../../base/cli/schemas/record.ts";
import { date, wholeNumber, zone } from "../../../base/cli/schemas/scalars.ts";
import { InputChecks } from "../../../base/src/input-checks.ts";
import { type LocalDate, lastYear } from "../../../calendar/src/local-date.ts";
import { Zone } from "../../../calendar/src/zone.ts";
import { Cycle } from "../../src/cycles/cycle.ts";
import { dateOfMoment, type Moment, placeOf } from "../../src/cycles/moment.ts";
import type { Period } from "../../src/cycles/period.ts";
import { cycle } from "../schemas/cycle.ts";
import { printed } from "../schemas/printed.ts";
import { moment } from "../schemas/scalars.ts";
import { settingsOf } from "../schemas/settings.ts";
import { command } from "./command.ts";

export const periods = command({
  name: "periods",
  summary: "the billing periods of a cycle, and when each is billed",
  example: { cycle: { unit: "month" }, start: { on: "2026-01-31" }, count: 3 },
  input: () =>
    record({
      cycle: cycle.describe("how often is billed"),
      start: moment.describe("when service begins"),
      trialEnd: moment.optional().describe("the first moment after a free trial"),
      timing: oneOf(["in-advance", "in-arrears"])
        .default("in-advance")
        .describe("whether a period is billed when it begins or when it is over"),
      zone: zone.default(Zone.of("UTC")),
      from: date
        .optional()
        .describe("list from the period with this date on; none before the first charged day"),
      count: wholeNumber(1, 1200).default(12).describe("how many periods to list"),
      settings: settingsOf("trialAnchor"),
    }),
  output: output({
    anchor: printed.date,
    serviceStart: printed.date,
    periods: z.array(
      output({ from: printed.date, to: printed.date, days: printed.count, billed: printed.date }),
    ),
  }),
  run({ cycle, start, trialEnd, timing, zone, from, count, settings }) {
    requireTrialLength(start, trialEnd, zone);
    const anchor = settings.trialAnchor === "trial-end" ? (trialEnd ?? start) : start;
    const row = Cycle.of(cycle, dateOfMoment(anchor, zone));
    const serviceStart = dateOfMoment(start, zone);
    const charged = laterOf(serviceStart, dateOfMoment(trialEnd ?? start, zone));
    const first = row.indexOf(from === undefined ? charged : laterOf(from, charged));
    return {
      anchor: dateOfMoment(anchor, zone),
      serviceStart,
      periods: periodsFrom(row, first, count).map((period) => {
        const billed = timing === "in-arrears" ? period.to : period.from;
        const isFirst = period.contains(charged) && timing === "in-advance";
        return {
          from: period.from,
          to: period.to,
          days: period.days(),
          billed: isFirst ? charged : billed,
        };
      }),
    };
  },
});

function laterOf(one: LocalDate, other: LocalDate): LocalDate {
  return one.day < other.day ? other : one;
}

/** @throws FactsFault where a period ends in a year that no date may have. */
function periodsFrom(row: Cycle, first: number, count: number): Period[] {
  const periods: Period[] = [];
  for (let step = 0; step < count; step += 1) {
    if (!row.boundary(first + step + 1).isWithinYears()) refuseCount(count, step);
    periods.push(row.period(first + step));
  }
  return periods;
}

function refuseCount(count: number, most: number): void {
  const checks = new InputChecks();
  checks.refuse(
    ["count"],
    `expected at most ${most} periods, which end by the year ${lastYear}; found ${count}: write a smaller count or an earlier start`,
  );
  checks.done();
}

/** @throws FactsFault where a trial ends before it begins. */
function requireTrialLength(start: Moment, trialEnd: Moment | undefined, zone: Zone): void {
  if (trialEnd === undefined) return;
  const checks = new InputChecks();
  checks.interval([], { start: placeOf(start, zone), trialEnd: placeOf(trialEnd, zone) });
  checks.done();
}
