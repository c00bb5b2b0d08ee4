import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../../base/testing/runs.ts";
import type { InvoiceLine } from "../src/invoice/lines/invoice.ts";
import { billHistory, sumByKey, sumByThing } from "./billed-history.ts";
import type { History, HistoryFact } from "./history.ts";
import { randomHistory, randomSettings } from "./random-history.ts";
import { reckon } from "./reckon.ts";

const known = randomHistory({ future: false, discounts: false });
const foreseen = randomHistory({ future: true, discounts: false });
const discounted = randomHistory({ future: false, discounts: true });

/** The oracle writes a rate as the history does; the engine as an amount. */
function normalized(amounts: ReadonlyMap<string, bigint>): Map<string, bigint> {
  const sums = new Map<string, bigint>();
  for (const [name, amount] of amounts) {
    const parts = name.split("|");
    const rate = parts[3] ?? "";
    if (rate !== "megabytes")
      parts[3] = rate.includes(".") ? rate.padEnd(rate.indexOf(".") + 3, "0") : `${rate}.00`;
    sums.set(parts.join("|"), amount);
  }
  return sums;
}

describe("10,000 random histories", () => {
  it.each([
    ["without a future", known, 4000],
    ["with facts after the target date", foreseen, 4000],
  ])("%s have the amounts of an independent calculation: lines, sum and tax", (_, histories, count) => {
    fc.assert(
      fc.property(histories, (history) => {
        const invoice = billHistory(history);
        const expected = reckon(history);
        expect(sumByThing(invoice.lines)).toEqual(normalized(expected.amounts));
        expect(invoice.tax.minor).toBe(expected.tax);
        const price = history.settings.prices === "exclusive" ? invoice.net : invoice.gross;
        expect(price.minor).toBe(expected.net);
        expect(invoice.net.plus(invoice.tax).minor).toBe(invoice.gross.minor);
      }),
      runs(count),
    );
  });

  it("are discounted as an independent calculation finds", () => {
    fc.assert(
      fc.property(discounted, (history) => {
        const invoice = billHistory(history);
        const expected = reckon(history);
        expect(invoice.discount.minor).toBe(expected.discount);
        const price = history.settings.prices === "exclusive" ? invoice.net : invoice.gross;
        expect(price.minor).toBe(expected.net);
      }),
      runs(2000),
    );
  });
});

/** Under any settings: what follows holds for every tenant. */
const underAnySettings = (histories: fc.Arbitrary<History>) =>
  fc
    .tuple(histories, fc.option(randomSettings, { nil: {} }))
    .map(([history, chosen]): History => ({ ...history, settings: { ...history.settings, ...chosen } }));
const anyHistory = underAnySettings(fc.oneof(known, foreseen, discounted));
const laterDays = fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 3 });

function shifted(date: string, days: number): string {
  return new Date(Date.parse(date) + days * 86_400_000).toISOString().slice(0, 10);
}

/** The facts known on a day, without later ones. */
function knownOn(date: string, history: History): History {
  return {
    ...history,
    target: date,
    subscriptions: history.subscriptions
      .filter(({ start }) => start.on <= date)
      .map((one) => ({ ...one, facts: one.facts.filter(({ on }) => on <= date) })),
    usage: history.usage.filter(({ on }) => on <= date),
  };
}

describe("billing a history again", () => {
  it("gives no new lines on the same day", () => {
    fc.assert(
      fc.property(anyHistory, (history) => {
        const first = billHistory(history);
        expect(billHistory(history, first.lines).lines).toEqual([]);
      }),
      runs(800),
    );
  });

  it("gives no new lines on an earlier day", () => {
    fc.assert(
      fc.property(anyHistory, fc.integer({ min: 1, max: 100 }), (history, days) => {
        const first = billHistory(history);
        const earlier = { ...history, target: shifted(history.target, -days) };
        expect(billHistory(earlier, first.lines).lines).toEqual([]);
      }),
      runs(800),
    );
  });

  it.each([
    ["with everything known from the start", (_: string, history: History) => history],
    ["while facts become known day by day", knownOn],
  ])("in steps gives the same sums as at once, %s", (_, view) => {
    fc.assert(
      fc.property(anyHistory, laterDays, (history, steps) => {
        const lines: InvoiceLine[] = [];
        let date = history.target;
        for (const step of [0, ...steps]) {
          date = shifted(date, step);
          lines.push(...billHistory({ ...view(date, history), target: date }, lines).lines);
        }
        const atOnce = billHistory({ ...view(date, history), target: date });
        expect(sumByKey(lines)).toEqual(sumByKey(atOnce.lines));
        for (const { net, taxes, gross } of lines) {
          expect(taxes.reduce((sum, tax) => sum.plus(tax.amount), net).minor).toBe(gross.minor);
        }
      }),
      runs(800),
    );
  });
});

describe("the facts of a history", () => {
  it("may be in any order if they are on different days", () => {
    fc.assert(
      fc.property(anyHistory, fc.infiniteStream(fc.nat()), (history, randomness) => {
        const shuffled = { ...history, ...shuffledFacts(history, randomness) };
        expect(JSON.stringify(billHistory(shuffled))).toBe(JSON.stringify(billHistory(history)));
      }),
      runs(800),
    );
  });

  it("may cut a period anywhere by a change to the same terms without a change of the sum", () => {
    fc.assert(
      fc.property(underAnySettings(known), fc.integer({ min: 0, max: 480 }), (history, day) => {
        const on = shifted("2023-11-01", day);
        const cut = {
          ...history,
          subscriptions: history.subscriptions.map((one) => ({
            ...one,
            facts: [...one.facts, sameTermsOn(on, one)],
          })),
        };
        expect(sumByKey(billHistory(cut).lines)).toEqual(sumByKey(billHistory(history).lines));
      }),
      runs(800),
    );
  });
});

/** A change to the terms that hold on the date anyway. */
function sameTermsOn(on: string, { terms, facts }: History["subscriptions"][number]): HistoryFact {
  const before = facts.filter((fact) => fact.kind === "change" && fact.on <= on);
  const latest = before.reduce<HistoryFact | undefined>(
    (last, fact) => (last === undefined || fact.on >= last.on ? fact : last),
    undefined,
  );
  return { on, kind: "change", terms: latest?.kind === "change" ? latest.terms : terms };
}

function shuffledFacts(history: History, randomness: IterableIterator<number>): Partial<History> {
  const random = () => randomness.next().value as number;
  const shuffle = <Item>(items: readonly Item[]): Item[] =>
    items
      .map((item) => ({ item, weight: random() }))
      .sort((one, other) => one.weight - other.weight)
      .map(({ item }) => item);
  const inDays = (facts: readonly { readonly on: string }[]) =>
    new Set(facts.map(({ on }) => on)).size === facts.length;
  return {
    subscriptions: shuffle(history.subscriptions).map((one) =>
      inDays(one.facts) ? { ...one, facts: shuffle(one.facts) } : one,
    ),
    usage: inDays(history.usage) ? shuffle(history.usage) : history.usage,
    taxes: shuffle(history.taxes),
  };
}
