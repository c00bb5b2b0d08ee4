import { z } from "zod";
import { output } from "../../../base/cli/schemas/output.ts";
import { list, record } from "../../../base/cli/schemas/record.ts";
import { zone } from "../../../base/cli/schemas/scalars.ts";
import { InputChecks } from "../../../base/src/input-checks.ts";
import { located } from "../../../base/src/located.ts";
import { Zone } from "../../../calendar/src/zone.ts";
import { cycleOfPeriod } from "../../src/cycles/cycle-of-period.ts";
import { type Moment, placeOf } from "../../src/cycles/moment.ts";
import type { Period } from "../../src/cycles/period.ts";
import { type Timeline, timelineOf } from "../../src/cycles/timeline.ts";
import { Money } from "../../src/money/money.ts";
import { Rational } from "../../src/money/rational.ts";
import type { Measure } from "../../src/proration/measure.ts";
import { measureCycle } from "../../src/proration/measure-cycle.ts";
import { measurePeriod } from "../../src/proration/measure-period.ts";
import { proratePrice } from "../../src/proration/prorate-price.ts";
import { ratioText } from "../../src/proration/ratio-text.ts";
import type { BillingSettings } from "../../src/settings.ts";
import { printed, unitOfTime } from "../schemas/printed.ts";
import { currency, moment, period, price, quantity } from "../schemas/scalars.ts";
import { settingsOf } from "../schemas/settings.ts";
import { command } from "./command.ts";

export const prorate = command({
  name: "prorate",
  summary: "the cost of parts of a period at one price",
  example: {
    currency: "EUR",
    price: "59.90",
    period: { from: "2026-03-01", to: "2026-04-01" },
    service: [{ from: { on: "2026-03-15" }, to: { on: "2026-04-01" } }],
  },
  input: (money) =>
    record({
      currency,
      price: price(money),
      quantity: quantity.default(Rational.one),
      period: period.describe("the period of the price; to is the first date after it"),
      service: list(
        record({
          from: moment.describe("when service begins"),
          to: moment.describe("the first moment without service"),
        }),
      ).describe("the parts of the period with service, in order"),
      zone: zone.default(Zone.of("UTC")),
      settings: settingsOf("prorationMode", "prorationUnit"),
    }),
  output: output({
    unit: unitOfTime,
    length: printed.count,
    parts: z.array(
      output({
        part: printed.count,
        ratio: printed.ratio,
        amount: printed.amount,
        explanation: printed.text,
      }),
    ),
    total: printed.amount,
  }),
  run({ currency, price, quantity, period, service, zone, settings }) {
    const timeline = timelineOf(settings.prorationUnit, zone);
    const measure = rulerOf(period, timeline, settings.prorationMode);
    requireOrder(service, period, zone);
    const stretches = service.map(({ from, to }) => ({
      from: timeline.tickOf(from),
      to: timeline.tickOf(to),
    }));
    const rate = price.minorUnits.times(quantity);
    const parts = located(["service"], () => proratePrice(rate, stretches, measure, settings.prorationMode));
    const total = parts.reduce((sum, { amount }) => sum + amount, 0n);
    return {
      unit: measure.unit,
      length: measure.length,
      parts: parts.map(({ share, amount }) => ({
        part: share,
        ratio: ratioText(share, measure.length),
        amount: Money.of(amount, currency),
        explanation: `${measure.describe(share)}, rate ${price}, rounded once`,
      })),
      total: Money.of(total, currency),
    };
  },
});

interface Service {
  readonly from: Moment;
  readonly to: Moment;
}

/** @throws FactsFault where service ends before it begins, leaves the period or overlaps what is before it. */
function requireOrder(service: readonly Service[], period: Period, zone: Zone): void {
  const checks = new InputChecks();
  const [first, last] = [placeOf(period.from, zone), placeOf(period.to, zone)];
  for (const [index, { from, to }] of service.entries()) {
    const path = ["service", index];
    const [begin, end] = [placeOf(from, zone), placeOf(to, zone)];
    const before = service[index - 1];
    checks.interval(path, { from: begin, to: end });
    if (begin.at < first.at || end.at > last.at) {
      const field = begin.at < first.at ? "from" : "to";
      const found = begin.at < first.at ? begin : end;
      checks.refuse(
        [...path, field],
        `expected service within the period from ${period.from} to ${period.to}; found ${found.text}: cut it to the period`,
      );
    }
    if (before !== undefined && begin.at < placeOf(before.to, zone).at) {
      checks.refuse(
        [...path, "from"],
        `expected service at or after the end of service[${index - 1}], ${placeOf(before.to, zone).text}; found ${begin.text}: sort the list and remove the overlap`,
      );
    }
  }
  checks.done();
}

/** The ruler that the tenant's mode lays along a period. */
export function rulerOf(period: Period, timeline: Timeline, mode: BillingSettings["prorationMode"]): Measure {
  return mode === "fixed-30-days" || mode === "calendar-months"
    ? located(["period"], () => measureCycle(cycleOfPeriod(period), 0, timeline, mode))
    : measurePeriod(period, timeline);
}
