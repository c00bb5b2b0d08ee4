import fc from "fast-check";
import type { BillingSettings } from "../src/settings.ts";
import type { History, HistoryDiscount, HistoryFact, HistorySubscription, HistoryTerms } from "./history.ts";

const firstDay = Date.UTC(2023, 10, 1) / 86_400_000;
const text = (day: number): string => new Date((firstDay + day) * 86_400_000).toISOString().slice(0, 10);

/** Days from 2023-11-01 on: a leap February lies among them. */
const day = (least: number, most: number) => fc.integer({ min: least, max: most }).map(text);

const money = fc.oneof(
  fc.integer({ min: 0, max: 20_000 }).map((minor) => (minor / 100).toFixed(2)),
  fc.constantFrom("0.01", "0.005", "9.9999", "29.90", "59.90", "100"),
);
const quantity = fc.constantFrom("1", "2", "3", "0.5", "7");
const size = fc.integer({ min: 0, max: 5000 }).map(String);
const rate = fc.constantFrom("0.01", "0.0005", "0.029", "1.5");

/** Sums and counts of events, or levels with their share of a period. */
const aggregate = fc.oneof(
  fc.record({ aggregate: fc.constantFrom("sum" as const, "sum" as const, "count" as const) }),
  fc.record(
    {
      aggregate: fc.constantFrom("maximum" as const, "latest" as const, "percentile-95" as const),
      parts: fc.constantFrom("prorate" as const, "full" as const),
    },
    { requiredKeys: ["aggregate"] },
  ),
);

const metered = fc.record({
  metric: fc.constant("megabytes" as const),
  included: fc.constantFrom("0", "100", "2500"),
  model: fc.oneof(
    fc.record({ kind: fc.constant("flat" as const), unitPrice: rate }),
    fc.tuple(fc.integer({ min: 1, max: 3000 }).map(String), rate, rate).map(([upTo, low, high]) => ({
      kind: "graduated" as const,
      tiers: [{ upTo, unitPrice: low }, { unitPrice: high }] as const,
    })),
  ),
});

const usagePrice = fc.tuple(metered, aggregate).map(([price, how]) => ({ ...price, ...how }));

/** Plans differ in name, so that a plan has one usage price. */
const catalogue = fc
  .tuple(usagePrice, usagePrice, fc.boolean(), money, money, money)
  .map(([first, second, isMetered, ...[a, b, c]]): HistoryTerms[] => [
    { plan: "basic", price: a, quantity: "1", usage: isMetered ? [first] : [] },
    { plan: "plus", price: b, quantity: "1", usage: isMetered ? [second] : [] },
    { plan: "bare", price: c, quantity: "1", usage: [] },
  ]);

const terms = (plans: readonly HistoryTerms[]) =>
  fc.tuple(fc.constantFrom(...plans), quantity).map(([plan, count]) => ({ ...plan, quantity: count }));

const cycleOfDays = fc.record({
  unit: fc.constant("day" as const),
  count: fc.constantFrom(28, 30, 365),
  alignment: fc.constant({ kind: "anniversary" as const }),
});

const calendarCycle = fc.record({
  unit: fc.constantFrom<"week" | "month" | "quarter" | "half-year" | "year">(
    "week",
    "month",
    "month",
    "month",
    "quarter",
    "half-year",
    "year",
  ),
  count: fc.constantFrom(1, 1, 1, 2, 3),
  alignment: fc.oneof(
    fc.record(
      { kind: fc.constant("anniversary" as const), dayOfMonth: fc.integer({ min: 28, max: 31 }) },
      { requiredKeys: ["kind"] },
    ),
    fc.record(
      {
        kind: fc.constant("calendar" as const),
        dayOfMonth: fc.integer({ min: 1, max: 31 }),
        month: fc.integer({ min: 1, max: 12 }),
        dayOfWeek: fc.integer({ min: 1, max: 7 }),
      },
      { requiredKeys: ["kind"] },
    ),
  ),
});

const cycle = fc.oneof(
  { weight: 1, arbitrary: cycleOfDays },
  { weight: 6, arbitrary: calendarCycle.map(withOwnPlace) },
);

/** Weeks begin on a day of the week, cycles of months on a day of a month. */
function withOwnPlace({ alignment, ...one }: HistorySubscription["cycle"]): HistorySubscription["cycle"] {
  const { kind } = alignment;
  const { dayOfWeek, ...ofMonths } = { dayOfWeek: undefined, ...alignment };
  if (one.unit !== "week") return { ...one, alignment: ofMonths };
  const isPlaced = kind === "calendar" && dayOfWeek !== undefined;
  return { ...one, alignment: isPlaced ? { kind, dayOfWeek } : { kind } };
}

const fact = (plans: readonly HistoryTerms[], last: number): fc.Arbitrary<HistoryFact> =>
  fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({ on: day(0, last), kind: fc.constant("change" as const), terms: terms(plans) }),
    },
    {
      weight: 4,
      arbitrary: fc.record({ on: day(0, last), kind: fc.constantFrom("pause" as const, "resume" as const) }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        on: day(0, last),
        kind: fc.constant("realign" as const),
        dayOfMonth: fc.integer({ min: 1, max: 31 }),
      }),
    },
    { weight: 1, arbitrary: fc.record({ on: day(0, last), kind: fc.constant("cancel" as const) }) },
  );

const subscription = (id: string, last: number): fc.Arbitrary<HistorySubscription> =>
  catalogue
    .chain((plans) =>
      fc.record(
        {
          id: fc.constant(id),
          cycle,
          timing: fc.constantFrom("in-advance", "in-arrears"),
          start: fc.record({ on: day(0, last) }),
          trialEnd: fc.record({ on: day(0, last) }),
          terms: terms(plans),
          facts: fc.array(fact(plans, last), { maxLength: 5 }),
          taxes: fc.constantFrom(["VAT"], []),
        },
        { requiredKeys: ["id", "cycle", "timing", "start", "terms", "facts", "taxes"] },
      ),
    )
    .map(withoutEmptyTrial)
    .map(withPairedPauses)
    .map(withOwnBillingDays);

/** A trial ends after the start, or there is none. */
function withoutEmptyTrial({ trialEnd, ...one }: HistorySubscription): HistorySubscription {
  return trialEnd === undefined || trialEnd.on <= one.start.on ? one : { ...one, trialEnd };
}

/** The first of them is a pause, then a resumption, and so on, in the order of time. */
function withPairedPauses({ facts, ...one }: HistorySubscription): HistorySubscription {
  const inTimeOrder = facts
    .filter(({ kind }) => kind === "pause" || kind === "resume")
    .sort((first, second) => (first.on < second.on ? -1 : first.on > second.on ? 1 : 0));
  const paired = facts.map((fact): HistoryFact => {
    const place = inTimeOrder.indexOf(fact);
    return place < 0 ? fact : { on: fact.on, kind: place % 2 === 0 ? "pause" : "resume" };
  });
  return { ...one, facts: paired };
}

/** Billing days move to days that the cycle has: of the week for weeks, and none for days. */
function withOwnBillingDays({ facts, ...one }: HistorySubscription): HistorySubscription {
  const { unit } = one.cycle;
  const ofUnit = facts.flatMap((fact): HistoryFact[] => {
    if (fact.kind !== "realign" || !("dayOfMonth" in fact)) return [fact];
    if (unit === "day") return [];
    return unit === "week"
      ? [{ on: fact.on, kind: "realign", dayOfWeek: 1 + (fact.dayOfMonth % 7) }]
      : [fact];
  });
  return { ...one, facts: ofUnit };
}

const discount = (id: string): fc.Arbitrary<HistoryDiscount> =>
  fc
    .record(
      {
        id: fc.constant(id),
        value: fc.oneof(
          fc.record({
            kind: fc.constant("amount" as const),
            amount: fc.constantFrom("0.01", "5.00", "33.33", "500.00"),
          }),
          fc.record({
            kind: fc.constant("percentage" as const),
            rate: fc.constantFrom("10", "33.3", "50", "100"),
          }),
        ),
        from: day(0, 300),
        until: day(100, 500),
        cycles: fc.integer({ min: 1, max: 3 }),
      },
      { requiredKeys: ["id", "value", "from"] },
    )
    .map(withoutEmptyDiscount);

/** A discount ends after it begins, or not at all. */
function withoutEmptyDiscount({ until, ...one }: HistoryDiscount): HistoryDiscount {
  return until === undefined || until <= one.from ? one : { ...one, until };
}

export interface HistoryShape {
  /** Facts may lie after the target date. */
  readonly future: boolean;
  readonly discounts: boolean;
}

/** A customer of up to three services, over at most sixteen months, billed up to some day. */
export function randomHistory({ future, discounts }: HistoryShape): fc.Arbitrary<History> {
  return fc.integer({ min: 5, max: 480 }).chain((target) => {
    const last = future ? 480 : target;
    const services = fc
      .integer({ min: 1, max: 3 })
      .chain((count) =>
        fc.tuple(...Array.from({ length: count }, (_, index) => subscription(`s${index}`, last))),
      );
    return fc.record({
      currency: fc.constant("EUR" as const),
      target: fc.constant(text(target)),
      subscriptions: services,
      usage: fc.array(
        fc.record({
          subscription: fc.constantFrom("s0", "s1", "s2"),
          metric: fc.constant("megabytes"),
          on: day(0, last),
          quantity: size,
        }),
        { maxLength: 6 },
      ),
      discounts: discounts
        ? fc
            .integer({ min: 1, max: 3 })
            .chain((count) => fc.tuple(...Array.from({ length: count }, (_, index) => discount(`d${index}`))))
        : fc.constant([]),
      taxes: day(0, 400).chain((until) =>
        fc.tuple(fc.constantFrom("20", "5.5"), fc.constantFrom("21", "19.25", "0")).map(([early, late]) => [
          { code: "VAT" as const, rate: early, from: "2000-01-01", until },
          { code: "VAT" as const, rate: late, from: until },
        ]),
      ),
      settings: fc.record({
        prices: fc.constantFrom("exclusive" as const, "inclusive" as const),
        prorationMode: fc.constantFrom("actual-days" as const, "fixed-30-days" as const),
      }),
    });
  });
}

/** Every choice of a tenant that an invoice depends on, in every combination. */
export const randomSettings: fc.Arbitrary<Partial<BillingSettings>> = fc
  .record({
    prorationMode: fc.constantFrom(
      "actual-days" as const,
      "fixed-30-days" as const,
      "none" as const,
      "full" as const,
    ),
    prorationUnit: fc.constantFrom("day" as const, "day" as const, "second" as const),
    dayOfChange: fc.constantFrom("new-plan" as const, "old-plan" as const),
    dayOfTermination: fc.constantFrom("free" as const, "paid" as const),
    trialAnchor: fc.constantFrom("trial-end" as const, "start" as const),
    usageInTrial: fc.constantFrom("free" as const, "billed" as const),
    taxRounding: fc.constantFrom("document" as const, "line" as const),
    taxRoundingMode: fc.constantFrom("half-up" as const, "down" as const, "up" as const),
    inclusiveRounding: fc.constantFrom("net" as const, "tax" as const),
    prices: fc.constantFrom("exclusive" as const, "inclusive" as const),
    taxPoint: fc.constantFrom("timing" as const, "period-start" as const, "period-end" as const),
    discountOrder: fc.constantFrom(
      "as-given" as const,
      "amounts-first" as const,
      "percentages-first" as const,
    ),
    percentageStacking: fc.constantFrom("sequential" as const, "additive" as const),
    unusedOnceAmount: fc.constantFrom("carry" as const, "lose" as const),
    allowanceInPartialPeriod: fc.constantFrom("full" as const, "prorated" as const),
  })
  .map((settings) =>
    settings.prorationMode === "fixed-30-days" ? { ...settings, prorationUnit: "day" as const } : settings,
  );
