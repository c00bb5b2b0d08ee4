import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../../base/testing/runs.ts";
import type { InvoiceLine } from "../src/invoice/lines/invoice.ts";
import type { Money } from "../src/money/money.ts";
import { billHistory, type HistoryCredit } from "./billed-history.ts";
import type { History, HistoryTerms } from "./history.ts";
import { randomHistory, randomSettings } from "./random-history.ts";
import { reckon } from "./reckon.ts";

const known = randomHistory({ future: false, discounts: false });
const anyHistory = fc
  .tuple(fc.oneof(known, randomHistory({ future: false, discounts: true })), randomSettings)
  .map(([history, chosen]): History => ({ ...history, settings: { ...history.settings, ...chosen } }));

/** For each line in its turn, the percentage of it that a credit note gives back. */
const shares = fc.array(fc.constantFrom(0, 1, 33, 50, 99, 100), { minLength: 1, maxLength: 7 });

function creditsOf(lines: readonly InvoiceLine[], percentages: readonly number[]): HistoryCredit[] {
  return lines.map(({ id, net, taxes }, index) => {
    const share = BigInt(percentages[index % percentages.length] ?? 0);
    const part = (whole: Money) => whole.withMinor((whole.minor * share) / 100n).toString();
    return {
      line: id,
      net: part(net),
      taxes: taxes.map(({ code, amount }) => ({ code, amount: part(amount) })),
    };
  });
}

const minor = (text: string): bigint => BigInt(text.replace(".", ""));

/** The sums paid for each price or metric in each period, with tax where prices include it, after credit notes. */
function paidByService(
  { settings }: History,
  lines: readonly InvoiceLine[],
  credits: readonly HistoryCredit[] = [],
): Map<string, bigint> {
  const withTax = settings.prices === "inclusive";
  const sums = new Map<string, bigint>();
  const services = new Map<string, string>();
  for (const { id, key, net, gross } of lines) {
    const [subscription, component, period = "", , metric] = key.split("|");
    const service = `${subscription}|${period.split("/")[0]}|${component === "usage" ? metric : component}`;
    services.set(id, service);
    sums.set(service, (sums.get(service) ?? 0n) + (withTax ? gross : net).minor);
  }
  for (const { line, net, taxes } of credits) {
    const service = services.get(line) ?? "";
    const tax = taxes.reduce((sum, { amount }) => sum + minor(amount), 0n);
    sums.set(service, (sums.get(service) ?? 0n) - minor(net) - (withTax ? tax : 0n));
  }
  return sums;
}

/** The same sums as owed, by an independent reckoning. */
function reckonedByService(history: History): Map<string, bigint> {
  const sums = new Map<string, bigint>();
  for (const [name, amount] of reckon(history).amounts) {
    const [subscription, from, , what] = name.split("|");
    const service = `${subscription}|${from}|${what === "megabytes" ? what : "recurring"}`;
    sums.set(service, (sums.get(service) ?? 0n) + amount);
  }
  return sums;
}

/** The sums owed less those credited, of each service, and never less than nothing. */
function owedLess(
  owed: ReadonlyMap<string, bigint>,
  credited: ReadonlyMap<string, bigint>,
): Map<string, bigint> {
  const services = [...new Set([...owed.keys(), ...credited.keys()])].sort();
  return new Map(
    services
      .map((service): [string, bigint] => {
        const left = (owed.get(service) ?? 0n) - (credited.get(service) ?? 0n);
        return [service, left > 0n ? left : 0n];
      })
      .filter(([, left]) => left !== 0n),
  );
}

const nothing: ReadonlyMap<string, bigint> = new Map();

/** The sums that credit notes gave of each service. */
function creditedByService(
  history: History,
  lines: readonly InvoiceLine[],
  credits: readonly HistoryCredit[],
): Map<string, bigint> {
  const before = paidByService(history, lines);
  for (const [service, left] of paidByService(history, lines, credits)) {
    before.set(service, (before.get(service) ?? 0n) - left);
  }
  return before;
}

/** All lines after a history was corrected. The next run finds nothing, and no line keeps less than nothing. */
function correct(
  history: History,
  billed: readonly InvoiceLine[],
  credits: readonly HistoryCredit[],
): InvoiceLine[] {
  const lines = [...billed, ...billHistory(history, billed, credits).lines];
  expect(billHistory(history, lines, credits).lines).toEqual([]);
  for (const { net, taxes, gross } of lines) {
    expect(taxes.reduce((sum, tax) => sum.plus(tax.amount), net).minor).toBe(gross.minor);
  }
  const left = new Map<string, bigint>();
  for (const { key, gross } of lines) left.set(key, (left.get(key) ?? 0n) + gross.minor);
  const keys = new Map(lines.map(({ id, key }) => [id, key]));
  for (const { line, net, taxes } of credits) {
    const key = keys.get(line) ?? "";
    left.set(
      key,
      taxes.reduce((sum, { amount }) => sum - minor(amount), (left.get(key) ?? 0n) - minor(net)),
    );
  }
  expect([...left].filter(([, sum]) => sum < 0n)).toEqual([]);
  return lines;
}

/** The taxes of a history by others: several of them, one on the others. */
function withTaxes(history: History, rates: readonly string[]): History {
  const taxes = rates.map((rate, index) => ({
    ...{ code: `T${index}`, rate, from: "2000-01-01" },
    compound: index > 0 && index === rates.length - 1,
  }));
  const subscriptions = history.subscriptions.map((one) => ({
    ...one,
    taxes: one.taxes.length === 0 ? [] : taxes.map(({ code }) => code),
  }));
  return { ...history, taxes, subscriptions } as unknown as History;
}

const severalRates = fc.array(fc.constantFrom("5", "9", "9.975", "19", "0"), { minLength: 1, maxLength: 3 });

function doubled(text: string): string {
  const [whole = "0", part = ""] = text.split(".");
  const twice = `${2n * BigInt(whole + part)}`.padStart(part.length + 1, "0");
  return part === "" ? twice : `${twice.slice(0, -part.length)}.${twice.slice(-part.length)}`;
}

/** Everything costs twice as much. */
function atTwiceThePrice(history: History): History {
  const dear = ({ price, usage, ...terms }: HistoryTerms): HistoryTerms => ({
    ...terms,
    price: doubled(price),
    usage: usage.map(({ model, ...one }) => ({
      ...one,
      model:
        model.kind === "flat"
          ? { ...model, unitPrice: doubled(model.unitPrice) }
          : {
              ...model,
              tiers: [
                { ...model.tiers[0], unitPrice: doubled(model.tiers[0].unitPrice) },
                { unitPrice: doubled(model.tiers[1].unitPrice) },
              ],
            },
    })),
  });
  return {
    ...history,
    subscriptions: history.subscriptions.map((one) => ({
      ...one,
      terms: dear(one.terms),
      facts: one.facts.map((fact) => (fact.kind === "change" ? { ...fact, terms: dear(fact.terms) } : fact)),
    })),
  };
}

/** The billing day of every service moves on a date, where its cycle has one. */
function withMovedDay(history: History, { on, dayOfMonth }: { on: string; dayOfMonth: number }): History {
  const move = { weeks: { dayOfWeek: 1 + (dayOfMonth % 7) }, months: { dayOfMonth } };
  const subscriptions = history.subscriptions.map(({ facts, ...one }) => {
    const day = one.cycle.unit === "week" ? move.weeks : move.months;
    const moves = one.cycle.unit === "day" ? [] : [{ on, kind: "realign" as const, ...day }];
    return { ...one, facts: [...facts, ...moves] };
  });
  return { ...history, subscriptions };
}

/** The sums of each service without its periods: those of a moved billing day share the credits of their dates. */
function inAllPeriods(sums: ReadonlyMap<string, bigint>): Map<string, bigint> {
  const all = new Map<string, bigint>();
  for (const [service, sum] of sums) {
    const [subscription, , what] = service.split("|");
    const name = `${subscription}|${what}`;
    all.set(name, (all.get(name) ?? 0n) + sum);
  }
  return all;
}

/** Services in advance whose prices are the same all their life, so that new periods cost as much as the old ones. */
const steady = fc.tuple(known, fc.constantFrom("28.00", "59.90", "100")).map(
  ([history, price]): History => ({
    ...history,
    usage: [],
    subscriptions: history.subscriptions.map((one) => {
      const terms = { plan: "basic", price, quantity: "1", usage: [] };
      return { ...one, timing: "in-advance" as const, facts: [], terms };
    }),
  }),
);

/** The same some years later: every period that replaces a billed one is due by then. */
function later(history: History): History {
  const target = new Date(Date.parse(history.target) + 1100 * 86_400_000);
  return { ...history, target: target.toISOString().slice(0, 10) };
}

const movedDay = fc.record({
  on: fc.integer({ min: 0, max: 480 }).map((days) => {
    return new Date(Date.UTC(2023, 10, 1 + days)).toISOString().slice(0, 10);
  }),
  dayOfMonth: fc.integer({ min: 1, max: 31 }),
});

describe("credit notes of random histories remain valid", () => {
  it("when the taxes change, to the unit, as an independent calculation finds", () => {
    fc.assert(
      fc.property(known, shares, severalRates, severalRates, (history, percentages, before, after) => {
        const billed = billHistory(withTaxes(history, before)).lines;
        const credits = creditsOf(billed, percentages);
        const lines = correct(withTaxes(history, after), billed, credits);
        const expected = owedLess(reckonedByService(history), creditedByService(history, billed, credits));
        expect(owedLess(paidByService(history, lines, credits), nothing)).toEqual(expected);
      }),
      runs(100),
    );
  });

  it("in full, so that only the difference is billed when prices are doubled", () => {
    fc.assert(
      fc.property(known, severalRates, (history, rates) => {
        const taxed = withTaxes(history, rates);
        const billed = billHistory(taxed).lines;
        const credits = creditsOf(billed, [100]);
        const lines = correct(atTwiceThePrice(taxed), billed, credits);
        const expected = owedLess(reckonedByService(atTwiceThePrice(history)), reckonedByService(history));
        expect(owedLess(paidByService(taxed, lines, credits), nothing)).toEqual(expected);
      }),
      runs(100),
    );
  });

  it("in part, when prices are doubled and the taxes change", () => {
    fc.assert(
      fc.property(known, shares, severalRates, severalRates, (history, percentages, before, after) => {
        const billed = billHistory(withTaxes(history, before)).lines;
        const credits = creditsOf(billed, percentages);
        const dear = atTwiceThePrice(history);
        const lines = correct(withTaxes(dear, after), billed, credits);
        const expected = owedLess(reckonedByService(dear), creditedByService(history, billed, credits));
        expect(owedLess(paidByService(history, lines, credits), nothing)).toEqual(expected);
      }),
      runs(100),
    );
  });

  it("under any settings, through several corrections and back again", () => {
    fc.assert(
      fc.property(anyHistory, shares, severalRates, severalRates, (history, percentages, before, after) => {
        const first = withTaxes(history, before);
        const billed = billHistory(first).lines;
        const credits = creditsOf(billed, percentages);
        const steps = [withTaxes(history, after), atTwiceThePrice(withTaxes(history, after)), first];
        const lines = steps.reduce((all, step) => correct(step, all, credits), [...billed]);
        const [now, then] = [lines, billed].map((all) => paidByService(history, all, credits));
        expect(owedLess(now ?? nothing, nothing)).toEqual(owedLess(then ?? nothing, nothing));
      }),
      runs(100),
    );
  });

  it("when the billing day moves", () => {
    fc.assert(
      fc.property(steady, shares, movedDay, (history, percentages, move) => {
        const billed = billHistory(history).lines;
        const credits = creditsOf(billed, percentages);
        const moved = later(withMovedDay(history, move));
        const owed = inAllPeriods(paidByService(history, correct(moved, billed, [])));
        const given = inAllPeriods(creditedByService(history, billed, credits));
        const left = inAllPeriods(paidByService(history, correct(moved, billed, credits), credits));
        expect(owedLess(left, nothing)).toEqual(owedLess(owed, given));
      }),
      runs(50),
    );
  });

  it("when the billing day moves and moves back", () => {
    fc.assert(
      fc.property(anyHistory, shares, movedDay, (history, percentages, move) => {
        const billed = billHistory(history).lines;
        const credits = creditsOf(billed, percentages);
        const steps = [withMovedDay(history, move), history];
        const after = (given: readonly HistoryCredit[]) =>
          steps.reduce((all, step) => correct(step, all, given), [...billed]);
        const owed = paidByService(history, after([]));
        const left = paidByService(history, after(credits), credits);
        const given = creditedByService(history, billed, credits);
        expect(inAllPeriods(owedLess(left, nothing))).toEqual(inAllPeriods(owedLess(owed, given)));
      }),
      runs(100),
    );
  });
});
