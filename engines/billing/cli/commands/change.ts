import { output } from "../../../base/cli/schemas/output.ts";
import { record } from "../../../base/cli/schemas/record.ts";
import { zone } from "../../../base/cli/schemas/scalars.ts";
import { InputChecks } from "../../../base/src/input-checks.ts";
import { Zone } from "../../../calendar/src/zone.ts";
import { dateOfMoment, type Moment, placeOf } from "../../src/cycles/moment.ts";
import type { Period } from "../../src/cycles/period.ts";
import { timelineOf } from "../../src/cycles/timeline.ts";
import { Money } from "../../src/money/money.ts";
import { Rational } from "../../src/money/rational.ts";
import { changePrice } from "../../src/proration/change-price.ts";
import { ratioText } from "../../src/proration/ratio-text.ts";
import { printed, unitOfTime } from "../schemas/printed.ts";
import { currency, moment, period, price, quantity } from "../schemas/scalars.ts";
import { settingsOf } from "../schemas/settings.ts";
import { command } from "./command.ts";
import { rulerOf } from "./prorate.ts";

const printedPart = { part: printed.count, ratio: printed.ratio, explanation: printed.text };

export const change = command({
  name: "change",
  summary: "the cost of a change of plan, quantity or price within a period billed in advance",
  example: {
    currency: "USD",
    period: { from: "2026-05-01", to: "2026-06-01" },
    old: { price: "20.00" },
    new: { price: "40.00" },
    when: { on: "2026-05-11" },
  },
  input: (money) => {
    const terms = record({ price: price(money), quantity: quantity.default(Rational.one) });
    return record({
      currency,
      period: period.describe("the billed period; to is the first date after it"),
      old: terms.describe("the terms that were billed"),
      new: terms.describe("the terms from the change on"),
      when: moment.describe("when it changes, within the period"),
      zone: zone.default(Zone.of("UTC")),
      settings: settingsOf("prorationMode", "prorationUnit", "dayOfChange"),
    });
  },
  output: output({
    unit: unitOfTime,
    length: printed.count,
    billed: printed.amount,
    old: output({ ...printedPart, owed: printed.amount, credit: printed.amount }),
    new: output({ ...printedPart, owed: printed.amount, charge: printed.amount }),
    difference: printed.amount,
  }),
  run({ currency, period, old, new: next, when, zone, settings }) {
    const timeline = timelineOf(settings.prorationUnit, zone);
    const measure = rulerOf(period, timeline, settings.prorationMode);
    requireWithin(when, period, zone);
    const dayAfter = timeline.unit === "day" && settings.dayOfChange === "old-plan" ? 1 : 0;
    const changed = changePrice(
      {
        oldRate: old.price.minorUnits.times(old.quantity),
        newRate: next.price.minorUnits.times(next.quantity),
        at: timeline.tickOf(when) + dayAfter,
        period: { from: timeline.startOf(period.from), to: timeline.startOf(period.to) },
      },
      measure,
      settings.prorationMode,
    );
    const money = (minor: bigint) => Money.of(minor, currency);
    const part = (count: number) => ({
      part: count,
      ratio: ratioText(count, measure.length),
      explanation: `${measure.describe(count)}, rounded once`,
    });
    return {
      unit: measure.unit,
      length: measure.length,
      billed: money(changed.billed),
      old: { ...part(changed.oldPart), owed: money(changed.oldOwed), credit: money(changed.credit) },
      new: { ...part(changed.newPart), owed: money(changed.newOwed), charge: money(changed.charge) },
      difference: money(changed.difference),
    };
  },
});

/** @throws FactsFault where the change does not fall into the period. */
function requireWithin(when: Moment, period: Period, zone: Zone): void {
  const date = dateOfMoment(when, zone);
  if (period.contains(date)) return;
  const checks = new InputChecks();
  checks.refuse(
    ["when"],
    `expected a moment within the period from ${period.from} to before ${period.to}; found ${placeOf(when, zone).text}: correct it or the period`,
  );
  checks.done();
}
