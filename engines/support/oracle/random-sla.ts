import fc from "fast-check";

export interface RandomSpan {
  readonly from: string;
  readonly to: string;
}

export interface RandomCalendar {
  readonly name: string;
  readonly zone: string;
  readonly hours: readonly (RandomSpan & { readonly days: readonly string[] })[];
  readonly holidays: readonly {
    readonly on?: string;
    readonly yearly?: string;
    readonly spans: readonly RandomSpan[];
  }[];
}

interface RandomTarget {
  readonly minutes: number;
  readonly pausedIn: readonly string[];
}

export interface RandomAgreement {
  readonly name: string;
  readonly calendar: string;
  readonly targets: { readonly [Name in "firstResponse" | "update" | "solution"]?: RandomTarget };
}

export type RandomEvent = { readonly id: string; readonly at: string } & (
  | {
      readonly kind: "message";
      readonly from: "customer" | "agent";
      readonly public: boolean;
      readonly automatic: boolean;
    }
  | { readonly kind: "state"; readonly state: string }
  | { readonly kind: "agreement"; readonly agreement: string }
);

/** The fields of an input of the `sla` command that the tests vary. */
export interface RandomSla {
  readonly calendars: readonly RandomCalendar[];
  readonly agreements: readonly RandomAgreement[];
  readonly ticket: {
    readonly openedAt: string;
    readonly state: string;
    readonly agreement: string;
    readonly events: readonly RandomEvent[];
  };
  readonly at: string;
}

const weekdays = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
const zones = [
  "UTC",
  "Europe/Paris",
  "America/New_York",
  "America/St_Johns",
  "Australia/Lord_Howe",
  "Asia/Kathmandu",
  "Asia/Tokyo",
  "Africa/Casablanca",
  "Pacific/Chatham",
  "America/Santiago",
];
/** Days near a change of the clocks in one of the zones, and others. */
const starts = [
  "2026-03-05",
  "2026-03-26",
  "2026-04-01",
  "2026-09-03",
  "2026-10-01",
  "2026-10-23",
  "2026-12-20",
];

const textOf = (minute: number) =>
  `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
const span = (shortest: number): fc.Arbitrary<RandomSpan> =>
  fc
    .tuple(fc.integer({ min: 0, max: 1439 }), fc.integer({ min: shortest, max: 1439 }))
    .map(([from, length]) => ({ from: textOf(from), to: textOf((from + length) % 1440) }));
/** Hours long enough for every target to come within the counted minutes. */
const hours = fc
  .tuple(fc.subarray(weekdays, { minLength: 1 }), span(120))
  .map(([days, one]) => ({ days, ...one }));

const nearDates = starts.flatMap((start) =>
  Array.from({ length: 8 }, (_, day) =>
    new Date(Date.parse(start) + day * 86_400_000).toISOString().slice(0, 10),
  ),
);
const holiday = fc.oneof(
  fc.record({ on: fc.constantFrom(...nearDates), spans: fc.array(span(1), { maxLength: 2 }) }),
  fc.record({
    yearly: fc.constantFrom(...nearDates).map((date) => date.slice(5)),
    spans: fc.array(span(1), { maxLength: 2 }),
  }),
);

function randomCalendar(name: string): fc.Arbitrary<RandomCalendar> {
  return fc.record({
    name: fc.constant(name),
    zone: fc.constantFrom(...zones),
    hours: fc.array(hours, { minLength: 1, maxLength: 4 }),
    holidays: fc.uniqueArray(holiday, {
      maxLength: 5,
      selector: (one) => ("on" in one ? one.on : one.yearly),
    }),
  });
}

const target: fc.Arbitrary<RandomTarget> = fc.record({
  minutes: fc.integer({ min: 1, max: 1500 }),
  pausedIn: fc.subarray(["pending", "vendor"]),
});

function randomAgreement(name: string): fc.Arbitrary<RandomAgreement> {
  return fc.record({
    name: fc.constant(name),
    calendar: fc.constantFrom("a", "b"),
    targets: fc.record({ firstResponse: target, update: target, solution: target }, { requiredKeys: [] }),
  });
}

const states = ["open", "open", "pending", "vendor", "closed", "merged"];
const happening = fc.oneof(
  fc.record({
    kind: fc.constant("message" as const),
    from: fc.constantFrom("customer" as const, "agent" as const),
    public: fc.constantFrom(true, true, false),
    automatic: fc.constantFrom(false, false, true),
  }),
  fc.record({ kind: fc.constant("state" as const), state: fc.constantFrom(...states) }),
  fc.record({ kind: fc.constant("agreement" as const), agreement: fc.constantFrom("x", "y") }),
);

const instantText = (second: number) => new Date(second * 1000).toISOString();

/** Calendars that allow a query for every minute, and an interval of some days. */
export const randomWork = fc
  .record({
    calendar: randomCalendar("a"),
    start: fc.constantFrom(...starts),
    offset: fc.nat(3 * 1440),
    minutes: fc.nat(6 * 1440),
    target: fc.integer({ min: 0, max: 3000 }),
  })
  .map(({ calendar: { name: _, ...calendar }, start, offset, minutes, target }) => {
    const from = Date.parse(start) / 1000 + offset * 60;
    return { calendar, from: instantText(from), to: instantText(from + minutes * 60), minutes: target };
  });

/** Tickets of some days with up to twelve events, and an instant on or after the opening. */
export const randomSla: fc.Arbitrary<RandomSla> = fc
  .record({
    calendars: fc.tuple(randomCalendar("a"), randomCalendar("b")),
    agreements: fc.tuple(randomAgreement("x"), randomAgreement("y")),
    start: fc.constantFrom(...starts),
    offset: fc.nat(2 * 1440),
    state: fc.constantFrom(...states),
    happened: fc.array(fc.tuple(fc.nat(5 * 1440), happening), { maxLength: 12 }),
    length: fc.nat(6 * 1440),
  })
  .map(({ calendars, agreements, start, offset, state, happened, length }) => {
    const opened = Date.parse(start) / 1000 + offset * 60;
    const events = happened
      .toSorted(([one], [other]) => one - other)
      .map(([minute, what], index) => ({ id: `e${index}`, at: instantText(opened + minute * 60), ...what }));
    const ticket = { openedAt: instantText(opened), state, agreement: "x", events };
    return { calendars, agreements, ticket, at: instantText(opened + length * 60) };
  });
