import { describe, expect, it } from "vitest";
import { run } from "../../oracle/run.ts";

const vat = [{ code: "VAT", rate: "20", from: "2014-01-01" }];
const calendar = { unit: "month", alignment: { kind: "calendar" } };
const fibre = { plan: "fibre-100", price: "31.00" };
const faster = { plan: "fibre-500", price: "62.00" };

function service(more: object = {}) {
  return { id: "fibre", cycle: calendar, start: { on: "2026-03-01" }, terms: fibre, ...more };
}

function bill(target: string, subscription: object | object[], more: object = {}, settings: object = {}) {
  const subscriptions = Array.isArray(subscription) ? subscription : [subscription];
  return run("invoice", { currency: "EUR", target, subscriptions, settings, ...more });
}

interface Line {
  id: string;
  kind: string;
  amount: string;
  net: string;
  from: string;
  to: string;
  due: string;
  taxDate: string;
  explanation: string;
  discounts: { id: string; amount: string }[];
  taxes: { rate: string; amount: string }[];
  gross: string;
  description: string;
}

const brief = ({ lines }: { lines: Line[] }) =>
  lines.map(({ from, to, amount }) => `${from}/${to} ${amount}`);
const trail = ({ lines }: { lines: Line[] }) => lines.map(({ explanation }) => explanation);

describe("a coupon in a period whose price is due in parts", () => {
  const monthly = { plan: "fibre-100", price: "30.00" };
  const change = (terms: object, on = "2026-04-16") => ({ on, kind: "change", terms });
  const upgrade = change({ plan: "fibre-200", price: "60.00" });
  const pause = [
    { on: "2026-04-05", kind: "pause" },
    { on: "2026-04-16", kind: "resume" },
  ];
  const half = { kind: "percentage", rate: "50" };
  const netsOf = (coupon: object, facts: object[], settings: object = {}, more: object = {}) =>
    bill(
      "2026-05-01",
      service({ start: { on: "2026-04-01" }, terms: monthly, facts }),
      { discounts: [{ id: "coupon", from: "2026-04-01", ...coupon }], ...more },
      settings,
    ).lines.map(({ due, net }: Line) => `${due} ${net}`);

  // April has 30 days: 15 of them cost 15.00 at 30.00 and 30.00 at 60.00; days 1 to 4 cost 4.00.
  it.each([
    ["begins before an upgrade", { from: "2026-04-10" }, [upgrade], ["15.00", "15.00", "30.00"]],
    ["begins with an upgrade", { from: "2026-04-16" }, [upgrade], ["15.00", "15.00", "30.00"]],
    ["begins after an upgrade", { from: "2026-04-17" }, [upgrade], ["15.00", "30.00", "30.00"]],
    ["ends before an upgrade", { until: "2026-04-10" }, [upgrade], ["7.50", "30.00", "60.00"]],
    ["ends with an upgrade", { until: "2026-04-16" }, [upgrade], ["7.50", "30.00", "60.00"]],
    ["begins before a resumption", { from: "2026-04-10" }, pause, ["4.00", "7.50", "15.00"]],
    ["ends before a resumption", { until: "2026-04-10" }, pause, ["2.00", "15.00", "30.00"]],
    [
      "is for the cycle of an upgrade",
      { from: "2026-04-10", cycles: 1 },
      [upgrade],
      ["15.00", "15.00", "60.00"],
    ],
  ])("is tested on the date of each part: it %s", (_, dates, facts, [first, second, may]) => {
    expect(netsOf({ value: half, ...dates }, facts)).toEqual([
      `2026-04-01 ${first}`,
      `2026-04-16 ${second}`,
      `2026-05-01 ${may}`,
    ]);
  });

  it("is tested on the date after a block that is not billed", () => {
    const blocks = [{ from: "2026-04-05", to: "2026-04-16" }];
    const nets = netsOf({ value: half, from: "2026-04-10" }, [], { billWhileBlocked: false }, { blocks });
    expect(nets).toEqual(["2026-04-01 4.00", "2026-04-16 7.50", "2026-05-01 15.00"]);
  });

  it("takes an amount off the parts in their order, and once for the cycle", () => {
    const amount = (amount: string, cycles?: number) => ({ value: { kind: "amount", amount }, cycles });
    expect(netsOf(amount("20.00", 2), [upgrade])).toEqual([
      "2026-04-01 0.00",
      "2026-04-16 25.00",
      "2026-05-01 40.00",
    ]);
    expect(netsOf(amount("10.00", 1), [upgrade])).toEqual([
      "2026-04-01 5.00",
      "2026-04-16 30.00",
      "2026-05-01 60.00",
    ]);
    expect(netsOf(amount("20.00", 1), [upgrade], { unusedOnceAmount: "lose" })).toEqual([
      "2026-04-01 0.00",
      "2026-04-16 30.00",
      "2026-05-01 60.00",
    ]);
  });

  it("leaves the bill of the first part unchanged when it begins with the change", () => {
    const first = bill("2026-04-01", service({ start: { on: "2026-04-01" }, terms: monthly }));
    const later = bill(
      "2026-04-16",
      service({ start: { on: "2026-04-01" }, terms: monthly, facts: [upgrade] }),
      { discounts: [{ id: "coupon", from: "2026-04-16", value: half }], billed: first.lines },
    );
    expect(later.lines.map(({ net }: Line) => net)).toEqual(["-15.00", "15.00"]);
  });
});

describe("an amount for each cycle", () => {
  const monthly = { plan: "fibre-100", price: "30.00" };
  const moved = service({
    ...{ start: { on: "2026-04-01" }, terms: monthly },
    facts: [{ on: "2026-04-11", kind: "realign", dayOfMonth: 21 }],
  });
  const discountsOf = (amount: string, cycles: number | undefined, more: object = {}, settings = {}) =>
    bill(
      "2026-06-21",
      { ...moved, ...more },
      { discounts: [{ id: "coupon", value: { kind: "amount", amount }, from: "2026-04-01", cycles }] },
      settings,
    ).lines.map(({ from, discounts }: Line) => `${from} ${discounts[0]?.amount ?? "none"}`);

  it("is given once for both parts of a cycle when the billing day moves", () => {
    expect(discountsOf("15.00", 2)).toEqual([
      "2026-04-01 10.00",
      "2026-04-11 5.00",
      "2026-04-21 15.00",
      "2026-05-21 none",
      "2026-06-21 none",
    ]);
    expect(discountsOf("8.00", undefined)).toEqual([
      "2026-04-01 8.00",
      "2026-04-11 none",
      "2026-04-21 8.00",
      "2026-05-21 8.00",
      "2026-06-21 8.00",
    ]);
    expect(discountsOf("15.00", 2, { timing: "in-arrears" })).toEqual([
      "2026-04-01 10.00",
      "2026-04-11 5.00",
      "2026-04-21 15.00",
      "2026-05-21 none",
    ]);
  });

  it("is not given again because another coupon makes a line of the same day free", () => {
    const free = service({
      id: "phone",
      start: { on: "2026-04-11" },
      terms: { plan: "phone", price: "9.00" },
    });
    const { lines } = bill("2026-04-11", [moved, free], {
      discounts: [
        { id: "free", subscription: "phone", value: { kind: "percentage", rate: "100" }, from: "2026-04-01" },
        { id: "coupon", value: { kind: "amount", amount: "8.00" }, from: "2026-04-01" },
      ],
    });
    expect(lines.map(({ amount, net }: Line) => `${amount} ${net}`)).toEqual([
      "10.00 2.00",
      "9.68 9.68",
      "6.00 0.00",
    ]);
  });

  it("is given once for a cycle that ends with a cancellation, including its usage", () => {
    const usagePrice = { metric: "calls", model: { kind: "flat", unitPrice: "1.00" } };
    const { lines } = bill(
      "2026-04-20",
      {
        ...moved,
        terms: { ...monthly, usage: [usagePrice] },
        facts: [{ on: "2026-04-11", kind: "cancel" }],
      },
      {
        usage: [{ subscription: "fibre", metric: "calls", on: "2026-04-02", quantity: "20" }],
        discounts: [{ id: "coupon", value: { kind: "amount", amount: "15.00" }, from: "2026-04-01" }],
      },
    );
    expect(lines.map(({ amount, net }: Line) => `${amount} ${net}`)).toEqual(["10.00 0.00", "20.00 15.00"]);
  });
});

describe("an invoice in advance", () => {
  it("bills every period that begins by the target date, each with its trail", () => {
    const first = bill("2026-04-01", service());
    expect(brief(first)).toEqual(["2026-03-01/2026-04-01 31.00", "2026-04-01/2026-05-01 31.00"]);
    expect(trail(first)[0]).toBe("full period of 31 days, rate 31.00");
    expect(first.lines[0]).toMatchObject({
      kind: "charge",
      component: "recurring",
      subscription: "fibre",
      description: "fibre-100",
      due: "2026-03-01",
      taxDate: "2026-03-01",
      discounts: [],
      taxes: [],
    });
    expect(brief(bill("2026-03-31", service()))).toEqual(["2026-03-01/2026-04-01 31.00"]);
    expect(brief(bill("2026-02-28", service()))).toEqual([]);
  });

  it("prorates the first and the last period", () => {
    const partial = bill(
      "2026-04-20",
      service({ start: { on: "2026-03-15" }, facts: [{ on: "2026-04-11", kind: "cancel" }] }),
    );
    expect(brief(partial)).toEqual(["2026-03-15/2026-04-01 17.00", "2026-04-01/2026-04-11 10.33"]);
    expect(trail(partial)).toEqual([
      "days 17 of 31 (0.548387097), rate 31.00, rounded once",
      "days 10 of 30 (0.333333333), rate 31.00, rounded once",
    ]);
  });

  it("gives the unused part back and charges the new plan, as an adjustment", () => {
    const billed = bill("2026-03-01", service()).lines;
    const changed = bill(
      "2026-03-11",
      service({ facts: [{ on: "2026-03-11", kind: "change", terms: faster }] }),
      { billed },
    );
    expect(changed.lines.map(({ kind, amount, explanation }: Line) => [kind, amount, explanation])).toEqual([
      [
        "adjustment",
        "-21.00",
        "billed 31.00, owed 10.00 (days 10 of 31 (0.322580645), rate 31.00, rounded once): -21.00",
      ],
      ["charge", "42.00", "days 21 of 31 (0.677419355), rate 62.00, rounded once"],
    ]);
    expect(changed.lines[0].id).toBe(`${changed.lines[0].key}#1`);
    expect([changed.net, changed.gross]).toEqual(["21.00", "21.00"]);
  });

  it("bills the day of change by the old plan when the tenant's setting says so", () => {
    const changing = service({ facts: [{ on: "2026-03-11", kind: "change", terms: faster }] });
    expect(brief(bill("2026-03-31", changing, {}, { dayOfChange: "old-plan" }))).toEqual([
      "2026-03-01/2026-03-12 11.00",
      "2026-03-12/2026-04-01 40.00",
    ]);
    const cancelled = service({ facts: [{ on: "2026-03-11", kind: "cancel" }] });
    expect(brief(bill("2026-03-31", cancelled, {}, { dayOfTermination: "paid" }))).toEqual([
      "2026-03-01/2026-03-12 11.00",
    ]);
    for (const [target, settings, expected] of [
      [cancelled, { dayOfChange: "old-plan" }, ["2026-03-01/2026-03-11 10.00"]],
      [
        changing,
        { dayOfTermination: "paid" },
        ["2026-03-01/2026-03-11 10.00", "2026-03-11/2026-04-01 42.00"],
      ],
    ] as const) {
      expect(brief(bill("2026-03-31", target, {}, settings))).toEqual(expected);
    }
  });

  it("bills the part after a known change when that part begins", () => {
    const changing = service({ facts: [{ on: "2026-03-11", kind: "change", terms: faster }] });
    const early = bill("2026-03-01", changing);
    expect(brief(early)).toEqual(["2026-03-01/2026-03-11 10.00"]);
    expect(brief(bill("2026-03-11", changing, { billed: early.lines }))).toEqual([
      "2026-03-11/2026-04-01 42.00",
    ]);
  });

  it("applies the last of several changes on one day, and ignores facts before the start or after the end", () => {
    const facts = [
      { on: "2026-03-11", kind: "change", terms: faster },
      { on: "2026-03-11", kind: "change", terms: { plan: "fibre-1000", price: "93.00" } },
      { on: "2026-02-01", kind: "change", terms: { plan: "old", price: "15.50" } },
      { on: "2026-03-21", kind: "cancel" },
      { on: "2026-03-25", kind: "change", terms: faster },
      { on: "2026-03-26", kind: "resume" },
    ];
    const { lines } = bill("2026-05-01", service({ facts }));
    expect(lines.map(({ description, amount }: Line) => [description, amount])).toEqual([
      ["old", "5.00"],
      ["fibre-1000", "30.00"],
    ]);
    expect(brief(bill("2026-05-01", service({ facts: [{ on: "2026-03-01", kind: "cancel" }] })))).toEqual([]);
    expect(brief(bill("2026-05-01", service({ facts: [{ on: "2026-01-01", kind: "cancel" }] })))).toEqual([]);
  });

  it("neither charges a pause nor credits it twice", () => {
    const paused = service({
      facts: [
        { on: "2026-03-11", kind: "pause" },
        { on: "2026-03-21", kind: "resume" },
      ],
    });
    const fresh = bill("2026-03-31", paused);
    expect(brief(fresh)).toEqual(["2026-03-01/2026-03-11 10.00", "2026-03-21/2026-04-01 11.00"]);
    expect(trail(fresh)[1]).toBe(
      "days 11 of 31 after 10 already counted (0.354838710), rate 31.00, rounded once",
    );
    const billed = bill("2026-03-01", service()).lines;
    const credit = bill("2026-03-31", paused, { billed });
    expect(credit.lines.map(({ amount }: Line) => amount)).toEqual(["-10.00"]);
    expect(bill("2026-03-31", paused, { billed: [...billed, ...credit.lines] }).lines).toEqual([]);
    expect(
      brief(
        bill(
          "2026-03-31",
          service({
            facts: [
              { on: "2026-03-11", kind: "pause" },
              { on: "2026-03-11", kind: "resume" },
            ],
          }),
        ),
      ),
    ).toEqual(["2026-03-01/2026-04-01 31.00"]);
  });

  const slower = { plan: "fibre-50", price: "15.50" };
  const change = (when: object, terms: object) => ({ ...when, kind: "change", terms });
  const [morning, noon] = [{ at: "2026-03-11T08:00:00Z" }, { at: "2026-03-11T12:00:00Z" }];
  const [day, evening] = [{ on: "2026-03-11" }, { at: "2026-03-11T20:00:00Z" }];

  it.each<[string, object[], string]>([
    ["the later instant", [change(noon, slower), change(morning, faster)], "fibre-50"],
    [
      "the instant instead of the date, which means the begin of the day,",
      [change(noon, slower), change(day, faster)],
      "fibre-50",
    ],
    ["the last in the list with one instant", [change(noon, slower), change(noon, faster)], "fibre-500"],
    ["the last in the list with one date", [change(day, slower), change(day, faster)], "fibre-500"],
  ])("uses %s of several facts on one day", (_, facts, plan) => {
    for (const dayOfChange of ["new-plan", "old-plan"]) {
      const { lines } = bill("2026-03-31", service({ facts }), {}, { dayOfChange });
      expect(lines.map(({ description }: Line) => description)).toEqual(["fibre-100", plan]);
    }
  });

  it("applies pauses and moves in the order of the instants of a day", () => {
    const resumed = service({
      facts: [
        { ...noon, kind: "resume" },
        { ...morning, kind: "pause" },
      ],
    });
    expect(brief(bill("2026-03-31", resumed))).toEqual(["2026-03-01/2026-04-01 31.00"]);
    const paused = service({
      facts: [
        { ...noon, kind: "pause" },
        { ...morning, kind: "resume" },
        { on: "2026-03-06", kind: "pause" },
      ],
    });
    expect(brief(bill("2026-03-31", paused))).toEqual(["2026-03-01/2026-03-06 5.00"]);
    const moved = service({
      facts: [
        { ...evening, kind: "realign", dayOfMonth: 20 },
        { ...noon, kind: "realign", dayOfMonth: 25 },
      ],
    });
    expect(bill("2026-03-20", moved).lines.map(({ from }: Line) => from)).toEqual([
      "2026-03-01",
      "2026-03-11",
      "2026-03-20",
    ]);
  });

  const fact = (kind: string, when: object) => ({ ...when, kind });
  const noPause =
    'expected a "pause" before each "resume"; found none: write when the pause began, or remove this "resume"';
  const noResume = (other: number) =>
    `expected a "resume" before the next "pause"; found none after the one at subscriptions[0].facts[${other}]: write when service went on, or remove one of the two`;

  it.each<[string, object[], string[]]>([
    ["a resumption alone", [fact("resume", day)], [`subscriptions[0].facts[0]: ${noPause}`]],
    [
      "a second resumption, in the order of time",
      [fact("resume", evening), fact("pause", morning), fact("resume", noon)],
      [`subscriptions[0].facts[0]: ${noPause}`],
    ],
    [
      "each pause within a pause",
      [fact("pause", day), fact("pause", noon), fact("pause", evening)],
      [`subscriptions[0].facts[1]: ${noResume(0)}`, `subscriptions[0].facts[2]: ${noResume(1)}`],
    ],
    [
      "a resumption that stands before its pause in the list of one date",
      [fact("resume", day), fact("pause", day)],
      [`subscriptions[0].facts[0]: ${noPause}`],
    ],
  ])("refuses %s, because the fact between was lost", (_, facts, faults) => {
    expect(bill("2026-03-31", service({ facts })).faults).toEqual(faults);
  });

  it("takes the quantity of the last instant as the latest of the day", () => {
    const price = { metric: "seats", aggregate: "latest", model: { kind: "flat", unitPrice: "1.00" } };
    const usage = [
      { subscription: "fibre", metric: "seats", ...evening, quantity: "7" },
      { subscription: "fibre", metric: "seats", ...noon, quantity: "3" },
      { subscription: "fibre", metric: "seats", ...day, quantity: "1" },
    ];
    const { lines } = bill("2026-04-01", service({ terms: { ...fibre, usage: [price] } }), { usage });
    expect(lines.map(({ amount }: Line) => amount)).toContain("7.00");
  });

  it("bills both parts around a pause one after the other, as charges", () => {
    const paused = service({
      facts: [
        { on: "2026-03-11", kind: "pause" },
        { on: "2026-03-21", kind: "resume" },
      ],
    });
    const early = bill("2026-03-05", paused);
    const late = bill("2026-03-21", paused, { billed: early.lines });
    expect(late.lines.map(({ kind, amount, id }: Line) => [kind, amount, id.at(-1)])).toEqual([
      ["charge", "11.00", "1"],
    ]);
  });

  it.each<[string, object, string, string[]]>([
    [
      "none: a partial first period is free, later changes wait",
      { prorationMode: "none" },
      "2026-03-15",
      ["2026-04-01/2026-05-01 31.00"],
    ],
    [
      "full: the first period costs a whole one",
      { prorationMode: "full" },
      "2026-03-15",
      ["2026-03-01/2026-04-01 31.00", "2026-04-01/2026-05-01 31.00"],
    ],
    [
      "fixed 30 days",
      { prorationMode: "fixed-30-days" },
      "2026-03-16",
      ["2026-03-16/2026-04-01 15.50", "2026-04-01/2026-05-01 31.00"],
    ],
  ])("without actual days: %s", (_, settings, start, expected) => {
    const changing = service({
      start: { on: start },
      facts: [{ on: "2026-04-20", kind: "change", terms: fibre }],
    });
    expect(brief(bill("2026-04-25", changing, {}, settings))).toEqual(expected);
  });

  it("without proration decides a period by its first moment, and gives nothing back", () => {
    const facts = [
      { on: "2026-03-11", kind: "change", terms: faster },
      { on: "2026-04-11", kind: "cancel" },
    ];
    for (const prorationMode of ["none", "full"]) {
      expect(
        bill("2026-05-01", service({ facts }), {}, { prorationMode }).lines.map(({ amount }: Line) => amount),
      ).toEqual(["31.00", "62.00"]);
    }
  });

  it("charges nothing in a trial, and counts from its end or from the start", () => {
    const trial = {
      id: "t",
      cycle: { unit: "month" },
      start: { on: "2026-03-10" },
      trialEnd: { on: "2026-03-20" },
      terms: fibre,
    };
    expect(brief(bill("2026-04-20", trial))).toEqual([
      "2026-03-20/2026-04-20 31.00",
      "2026-04-20/2026-05-20 31.00",
    ]);
    expect(brief(bill("2026-04-10", trial, {}, { trialAnchor: "start" }))).toEqual([
      "2026-03-20/2026-04-10 21.00",
      "2026-04-10/2026-05-10 31.00",
    ]);
  });

  it("prorates by the second when the setting says so", () => {
    const noon = service({
      start: { at: "2026-04-01T00:00:00Z" },
      facts: [{ at: "2026-04-16T12:00:00Z", kind: "cancel" }],
    });
    const { lines } = bill("2026-04-30", noon, {}, { prorationUnit: "second" });
    expect(lines.map(({ amount, explanation }: Line) => [amount, explanation])).toEqual([
      ["16.02", "seconds 1339200 of 2592000 (0.516666667), rate 31.00, rounded once"],
    ]);
  });

  it("by the second charges no whole day of change to either plan", () => {
    const noon = service({
      start: { on: "2026-03-01" },
      facts: [{ at: "2026-03-16T12:00:00Z", kind: "cancel" }],
    });
    for (const dayOfChange of ["new-plan", "old-plan"]) {
      expect(bill("2026-03-31", noon, {}, { prorationUnit: "second", dayOfChange }).lines).toMatchObject([
        { amount: "15.50" },
      ]);
    }
  });

  it("counts the actual days of weeks when the tenant has fixed months", () => {
    const weekly = service({
      cycle: { unit: "week", alignment: { kind: "calendar" } },
      start: { on: "2026-03-04" },
      terms: { plan: "week", price: "7.00" },
    });
    expect(brief(bill("2026-03-09", weekly, {}, { prorationMode: "fixed-30-days" }))).toEqual([
      "2026-03-04/2026-03-09 5.00",
      "2026-03-09/2026-03-16 7.00",
    ]);
  });

  it("puts an instant on the billing day of the customer's zone", () => {
    const late = service({ start: { at: "2026-03-31T22:30:00Z" } });
    expect(brief(bill("2026-04-01", late, { zone: "Europe/Paris" }))).toEqual([
      "2026-04-01/2026-05-01 31.00",
    ]);
    expect(brief(bill("2026-04-01", late, { zone: "UTC" }))).toEqual([
      "2026-03-31/2026-04-01 1.00",
      "2026-04-01/2026-05-01 31.00",
    ]);
    const aYear = bill(
      "2026-12-31",
      service({ start: { on: "2026-01-01" } }),
      { zone: "Europe/Paris" },
      { prorationUnit: "second" },
    );
    expect(new Set(aYear.lines.map(({ amount }: Line) => amount))).toEqual(new Set(["31.00"]));
    expect(aYear.lines).toHaveLength(12);
  });
});

describe("an invoice in arrears", () => {
  const arrears = (more: object = {}) => service({ timing: "in-arrears", ...more });

  it("bills a period when it is over, and a cancelled one at once", () => {
    expect(brief(bill("2026-03-31", arrears()))).toEqual([]);
    const due = bill("2026-04-01", arrears(), { taxes: vat });
    expect(due.lines[0]).toMatchObject({ amount: "31.00", due: "2026-04-01", taxDate: "2026-03-31" });
    expect(brief(bill("2026-03-11", arrears({ facts: [{ on: "2026-03-11", kind: "cancel" }] })))).toEqual([
      "2026-03-01/2026-03-11 10.00",
    ]);
    expect(brief(bill("2026-03-10", arrears({ facts: [{ on: "2026-03-11", kind: "cancel" }] })))).toEqual([]);
  });

  it("has the tax rate of its tax point", () => {
    const rules = [
      { code: "VAT", rate: "19", from: "2014-01-01", until: "2026-03-20" },
      { code: "VAT", rate: "21", from: "2026-03-20" },
    ];
    const rate = (timing: string, taxPoint: string) =>
      bill(
        "2026-04-01",
        service({ timing, taxes: ["VAT"], start: { on: "2026-03-05" } }),
        { taxes: rules },
        { taxPoint },
      ).lines[0].taxes[0].rate;
    expect(["timing", "period-start", "period-end"].map((point) => rate("in-arrears", point))).toEqual([
      "21",
      "19",
      "21",
    ]);
    expect(["timing", "period-start", "period-end"].map((point) => rate("in-advance", point))).toEqual([
      "19",
      "19",
      "21",
    ]);
  });

  it("has, for items billed in arrears, the tax rate of the end of their period, independent of the rate of the price", () => {
    const rules = [
      { code: "VAT", rate: "19", from: "2014-01-01", until: "2026-03-20" },
      { code: "VAT", rate: "21", from: "2026-03-20", until: "2026-04-01" },
      { code: "VAT", rate: "25", from: "2026-04-01" },
    ];
    const metered = {
      ...{ plan: "metered", price: "31.00", minimum: "50.00" },
      usage: [{ metric: "calls", model: { kind: "flat", unitPrice: "1.00" } }],
    };
    const linesOf = (timing: string, taxPoint: string, facts: object[] = []) =>
      bill(
        "2026-04-01",
        service({ timing, taxes: ["VAT"], terms: metered, facts }),
        {
          taxes: rules,
          usage: [{ subscription: "fibre", metric: "calls", on: "2026-03-02", quantity: "2" }],
        },
        { taxPoint },
      )
        .lines.filter(({ from }: Line) => from < "2026-04-01")
        .map(({ component, taxDate, taxes }: Line & { component: string }) =>
          [component, taxDate, taxes[0]?.rate].join(" "),
        );
    const [atStart, atEnd] = ["2026-03-01 19", "2026-03-31 21"];
    for (const timing of ["in-advance", "in-arrears"]) {
      const plan = timing === "in-advance" ? atStart : atEnd;
      expect(linesOf(timing, "timing")).toEqual([`recurring ${plan}`, `usage ${atEnd}`, `minimum ${atEnd}`]);
      for (const [taxPoint, one] of [
        ["period-start", atStart],
        ["period-end", atEnd],
      ] as const) {
        expect(linesOf(timing, taxPoint)).toEqual([`recurring ${one}`, `usage ${one}`, `minimum ${one}`]);
      }
    }
    const cancelled = linesOf("in-advance", "timing", [{ on: "2026-03-11", kind: "cancel" }]);
    expect(cancelled).toContain("usage 2026-03-10 19");
  });
});

describe("correcting the past", () => {
  const taxed = (more: object = {}) => service({ taxes: ["VAT"], ...more });

  it("gives the paid taxes back, and charges the new ones", () => {
    const billed = bill("2026-03-01", taxed(), { taxes: vat }).lines;
    const corrected = bill("2026-03-01", taxed(), {
      taxes: [{ code: "VAT", rate: "10", from: "2014-01-01" }],
      billed,
    });
    expect(corrected.lines.map(({ kind, net, gross }: Line) => [kind, net, gross])).toEqual([
      ["adjustment", "-31.00", "-37.20"],
      ["charge", "31.00", "34.10"],
    ]);
    expect(corrected.lines[0]).toMatchObject({
      description: "fibre-100",
      from: "2026-03-01",
      to: "2026-04-01",
      explanation: "billed 31.00, owed 0.00 (no longer owed): -31.00",
    });
    expect(corrected.taxes).toEqual([
      { code: "VAT", rate: "10", base: "31.00", amount: "3.10" },
      { code: "VAT", rate: "20", base: "-31.00", amount: "-6.20" },
    ]);
  });

  it("gives everything back when the service never began, and bills it again when it did begin", () => {
    const billed = bill("2026-03-01", taxed(), { taxes: vat }).lines;
    const gone = bill("2026-03-01", taxed({ facts: [{ on: "2026-03-01", kind: "cancel" }] }), {
      taxes: vat,
      billed,
    });
    expect([gone.net, gone.tax, gone.gross]).toEqual(["-31.00", "-6.20", "-37.20"]);
    const again = bill("2026-03-01", taxed(), { taxes: vat, billed: [...billed, ...gone.lines] });
    expect(again.lines).toHaveLength(1);
    expect(again.lines[0]).toMatchObject({
      kind: "adjustment",
      gross: "37.20",
      explanation: "billed 0.00, owed 31.00 (full period of 31 days, rate 31.00): 31.00",
    });
    expect(again.lines[0].id).toMatch(/#2$/);
  });

  it("shows the dates of each part that is given back or billed again", () => {
    const cancel = { on: "2026-03-21", kind: "cancel" };
    const runs = [
      [[], "2026-03-01/2026-04-01", "31.00"],
      [[cancel], "2026-03-21/2026-04-01", "-11.00"],
      [[{ ...cancel, on: "2026-03-11" }], "2026-03-11/2026-03-21", "-10.00"],
      [[{ ...cancel, on: "2026-03-16" }], "2026-03-11/2026-03-16", "5.00"],
      [[], "2026-03-16/2026-04-01", "16.00"],
      [[{ ...cancel, on: "2026-03-01" }], "2026-03-01/2026-04-01", "-31.00"],
    ] as const;
    const billed: Line[] = [];
    for (const [facts, dates, amount] of runs) {
      const { lines } = bill("2026-03-31", service({ facts }), { billed });
      expect(lines.map(({ from, to, amount }: Line) => [`${from}/${to}`, amount])).toEqual([[dates, amount]]);
      billed.push(...lines);
    }
  });

  it("shows the dates from the first to the last part, and lists each part", () => {
    const billed = bill("2026-03-01", service()).lines;
    const facts = [
      ...[
        { on: "2026-03-05", kind: "pause" },
        { on: "2026-03-08", kind: "resume" },
      ],
      ...[{ on: "2026-03-30", kind: "cancel" }],
    ];
    const [line] = bill("2026-03-31", service({ facts }), { billed }).lines;
    expect(line).toMatchObject({ from: "2026-03-05", to: "2026-04-01", amount: "-5.00" });
    expect(line.explanation).toMatch(/: -5.00, for 2026-03-05\/2026-03-08 and 2026-03-30\/2026-04-01$/);
  });

  it("gives back and bills again only the rest after several corrections", () => {
    const gap = (from: string, to: string) => [
      { on: from, kind: "pause" },
      { on: to, kind: "resume" },
    ];
    const early = gap("2026-03-05", "2026-03-07");
    const late = gap("2026-03-20", "2026-03-22");
    const first = bill("2026-03-01", service()).lines;
    const both = bill("2026-03-31", service({ facts: [...early, ...late] }), { billed: first }).lines;
    expect(both).toMatchObject([
      {
        stretches: [
          { from: "2026-03-05", to: "2026-03-07" },
          { from: "2026-03-20", to: "2026-03-22" },
        ],
      },
    ]);
    const after = (facts: object[]) =>
      bill("2026-03-31", service({ facts }), { billed: [...first, ...both] }).lines.map(
        ({ from, to, amount, explanation }: Line) =>
          `${from}/${to} ${amount}${/, for .*/.exec(explanation)?.[0] ?? ""}`,
      );
    expect(after(early)).toEqual(["2026-03-20/2026-03-22 2.00"]);
    expect(after([])).toEqual([
      "2026-03-05/2026-03-22 4.00, for 2026-03-05/2026-03-07 and 2026-03-20/2026-03-22",
    ]);
    expect(after([...gap("2026-03-05", "2026-03-10"), ...late])).toEqual(["2026-03-07/2026-03-10 -3.00"]);
    expect(after([...early, ...late, { on: "2026-03-25", kind: "cancel" }])).toEqual([
      "2026-03-25/2026-04-01 -7.00",
    ]);
  });

  it("never gives back more than the rest after credit notes", () => {
    const billed = bill("2026-03-01", taxed(), { taxes: vat }).lines;
    const credited = [{ line: billed[0].id, net: "25.00", taxes: [{ code: "VAT", amount: "5.00" }] }];
    const cancelled = taxed({ facts: [{ on: "2026-03-11", kind: "cancel" }] });
    const credit = bill("2026-03-11", cancelled, { taxes: vat, billed, credited });
    expect(credit.lines).toMatchObject([
      {
        net: "-6.00",
        amount: "-6.00",
        gross: "-7.20",
        explanation:
          "billed 31.00, owed 10.00 (days 10 of 31 (0.322580645), rate 31.00, rounded once): -21.00, of which 6.00 was left to give back",
      },
    ]);
    const more = { taxes: vat, billed: [...billed, ...credit.lines], credited };
    expect(bill("2026-03-11", cancelled, more).lines).toEqual([]);
    expect(bill("2026-03-11", taxed(), { taxes: vat, billed, credited }).lines).toEqual([]);
  });

  it("gives back prices that include tax with the tax inside", () => {
    const billed = bill("2026-03-01", taxed(), { taxes: vat }, { prices: "inclusive" }).lines;
    expect(billed[0]).toMatchObject({ amount: "31.00", net: "25.83", gross: "31.00" });
    const cancelled = taxed({ facts: [{ on: "2026-03-11", kind: "cancel" }] });
    const credit = bill("2026-03-11", cancelled, { taxes: vat, billed }, { prices: "inclusive" });
    expect(credit.lines[0]).toMatchObject({
      gross: "-21.00",
      net: "-17.50",
      taxes: [{ code: "VAT", rate: "20", amount: "-3.50" }],
    });
  });

  it("includes the tax of credit notes when prices include it", () => {
    const billed = bill("2026-03-01", taxed(), { taxes: vat }, { prices: "inclusive" }).lines;
    const credited = [
      {
        line: billed[0].id,
        net: "20.00",
        taxes: [
          { code: "VAT", amount: "4.00" },
          { code: "GST", amount: "0.00" },
        ],
      },
    ];
    const cancelled = taxed({ facts: [{ on: "2026-03-11", kind: "cancel" }] });
    const { lines } = bill(
      "2026-03-11",
      cancelled,
      { taxes: vat, billed, credited },
      { prices: "inclusive" },
    );
    expect(lines).toMatchObject([{ gross: "-7.00", net: "-5.83", taxes: [{ amount: "-1.17" }] }]);
  });

  it("keeps lines of other taxes apart: other rates, compounds, exemptions", () => {
    const signature = (rules: object[], codes: string[], more: object = {}) =>
      bill("2026-03-01", service({ taxes: codes }), { taxes: rules, ...more })
        .lines[0].key.split("|")
        .at(-1);
    const gst = { code: "GST", rate: "5", from: "2000-01-01" };
    const qst = { code: "QST", rate: "10", from: "2000-01-01" };
    expect(signature([gst, qst], ["GST", "QST"])).toBe("GST@5+QST@10");
    expect(signature([gst, { ...qst, compound: true }], ["GST", "QST"])).toBe("GST@5+QST@10(10.5)");
    expect(signature([gst], ["GST"], { exemptions: [{ from: "2000-01-01", reason: "embassy" }] })).toBe(
      "GST@0!exempt",
    );
  });

  it("names the reason of an exemption on lines, on their adjustments and in the sums", () => {
    const embassy = { code: "VAT", from: "2026-01-01", until: "2026-04-01", reason: "embassy" };
    const charity = { code: "VAT", from: "2026-04-01", reason: "charity" };
    const exempt = { taxes: vat, exemptions: [embassy, charity] };
    const first = bill("2026-04-01", service({ taxes: ["VAT"] }), exempt);
    const taxOf = (exemption: string) => ({ code: "VAT", rate: "0", amount: "0.00", exemption });
    expect(first.lines.map(({ taxes }: Line) => taxes)).toEqual([[taxOf("embassy")], [taxOf("charity")]]);
    expect(first.taxes).toEqual([
      { ...taxOf("charity"), base: "31.00" },
      { ...taxOf("embassy"), base: "31.00" },
    ]);
    const facts = [{ on: "2026-03-16", kind: "cancel" }];
    const later = bill("2026-04-02", service({ taxes: ["VAT"], facts }), { ...exempt, billed: first.lines });
    // 16 of 31 days of March, and April as a whole.
    expect(later.lines.map(({ net, taxes }: Line) => [net, taxes])).toEqual([
      ["-31.00", [taxOf("charity")]],
      ["-16.00", [taxOf("embassy")]],
    ]);
  });

  describe("with prices that include tax, for an exempt customer who pays the net", () => {
    const exempt = { taxes: vat, exemptions: [{ from: "2026-01-01", reason: "embassy" }] };
    const settings = { prices: "inclusive", exemptPrice: "net" };
    const terms = { plan: "fibre-100", price: "37.20" };
    const cancelled = (on: string) => ({ facts: [{ on, kind: "cancel" }] });
    const draft = (target: string, more: object = {}, facts: object = {}) =>
      bill(target, service({ taxes: ["VAT"], terms, ...more }), { ...exempt, ...facts }, settings);
    const sums = ({ lines }: { lines: Line[] }) =>
      lines.map(({ amount, net, gross }) => `${amount} ${net} ${gross}`);

    // 37.20 is 31.00 and 20 % of it: a day of March is 1.20, or 1.00 without tax.
    it("takes the tax out of the price and says so", () => {
      const first = draft("2026-03-01");
      expect(sums(first)).toEqual(["37.20 31.00 31.00"]);
      expect(first.gross).toBe("31.00");
      expect(trail(first)).toEqual([
        "full period of 31 days, rate 37.20; without 6.20 tax in it that is exempt",
      ]);
    });

    it("takes it out after discounts", () => {
      const discounts = [{ id: "half", value: { kind: "percentage", rate: "50" }, from: "2026-01-01" }];
      expect(sums(draft("2026-03-01", {}, { discounts }))).toEqual(["37.20 15.50 15.50"]);
    });

    it("gives back the paid sum, part by part and as a whole, and charges it again", () => {
      const billed = draft("2026-03-01").lines;
      const part = draft("2026-03-11", cancelled("2026-03-11"), { billed });
      expect(sums(part)).toEqual(["-25.20 -21.00 -21.00"]);
      expect(trail(part)[0]).toMatch(/: -25.20; without 4.20 tax in it that is exempt$/);
      const both = [...billed, ...part.lines];
      expect(draft("2026-03-12", cancelled("2026-03-11"), { billed: both }).lines).toEqual([]);
      expect(sums(draft("2026-03-12", cancelled("2026-03-01"), { billed: both }))).toEqual([
        "-12.00 -10.00 -10.00",
      ]);
      expect(sums(draft("2026-03-12", {}, { billed: both }))).toEqual(["25.20 21.00 21.00"]);
    });

    it("gives back no more than the rest after credit notes", () => {
      const billed = draft("2026-03-01").lines;
      const credited = [{ line: billed[0].id, net: "15.00" }];
      const rest = draft("2026-03-11", cancelled("2026-03-11"), { billed, credited });
      expect(sums(rest)).toEqual(["-19.20 -16.00 -16.00"]);
    });
  });

  it("refuses credit notes of unknown lines", () => {
    expect(bill("2026-03-01", service(), { credited: [{ line: "x", net: "1.00" }] }).faults).toEqual([
      expect.stringMatching(
        /^credited\[0\].line: expected one of the billed lines; found "x": there are none/,
      ),
    ]);
  });

  it("reverses discounts together with their lines", () => {
    const discounts = [{ id: "half", value: { kind: "percentage", rate: "50" }, from: "2026-01-01" }];
    const billed = bill("2026-03-01", service(), { discounts }).lines;
    expect(billed[0]).toMatchObject({
      amount: "31.00",
      net: "15.50",
      discounts: [{ id: "half", amount: "15.50" }],
    });
    const credit = bill("2026-03-11", service({ facts: [{ on: "2026-03-11", kind: "cancel" }] }), {
      discounts,
      billed,
    });
    expect(credit.lines[0]).toMatchObject({
      amount: "-21.00",
      net: "-10.50",
      discounts: [{ id: "half", amount: "-10.50" }],
    });
    const late = bill("2026-03-01", service(), { billed });
    expect(late.lines[0]).toMatchObject({
      kind: "adjustment",
      amount: "0.00",
      net: "15.50",
      discounts: [{ id: "half", amount: "-15.50" }],
    });
  });
});

describe("a price that is owed in two parts of a period, the second not yet due", () => {
  const facts = [
    { on: "2026-03-11", kind: "change", terms: faster },
    { on: "2026-03-21", kind: "change", terms: fibre },
  ];
  const key = "fibre|recurring|2026-03-01/2026-04-01|fibre-100|31.00|";
  const already = (amount: string) => ({
    ...{ id: `${key}#0`, key, component: "recurring", subscription: "fibre", description: "fibre-100" },
    ...{ from: "2026-03-01", to: "2026-04-01", taxDate: "2026-03-01" },
    ...{ amount, discounts: [], net: amount, taxes: [], gross: amount },
  });
  const ofFibre = (target: string, amount: string) =>
    bill(target, service({ facts }), { billed: [already(amount)] })
      .lines.filter((line: Line) => line.description === "fibre-100")
      .map((line: Line) => [line.kind, line.amount]);

  it.each<[string, string, string, string[][]]>([
    [
      "too much was billed: the part that will never be owed is given back",
      "2026-03-11",
      "31.00",
      [["adjustment", "-10.00"]],
    ],
    ["the whole owed amount was billed: nothing", "2026-03-11", "21.00", []],
    ["some of the second part was billed: nothing yet", "2026-03-11", "15.00", []],
    ["the first part was billed: nothing yet", "2026-03-11", "10.00", []],
    [
      "the first part was billed: the second as a charge when it is due",
      "2026-03-21",
      "10.00",
      [["charge", "11.00"]],
    ],
    [
      "some of the second part was billed: the rest when it is due",
      "2026-03-21",
      "15.00",
      [["adjustment", "6.00"]],
    ],
    ["too little was billed: the rest of the due part", "2026-03-11", "4.00", [["adjustment", "6.00"]]],
  ])("%s", (_, target, amount, expected) => {
    expect(ofFibre(target, amount)).toEqual(expected);
  });

  it("numbers several lines of one key one after the other", () => {
    const { lines } = bill("2026-03-31", service({ facts }));
    const ids = lines
      .filter((line: Line) => line.description === "fibre-100")
      .map((line: Line) => line.id.slice(-2));
    expect(ids).toEqual(["#0", "#1"]);
  });
});

describe("discounts on invoices", () => {
  it("are used up by date, for any names of the services", () => {
    const late = service({ id: "a", start: { on: "2026-04-01" } });
    const early = service({ id: "b", facts: [{ on: "2026-04-01", kind: "cancel" }] });
    const discounts = [{ id: "d", from: "2026-01-01", cycles: 1, value: { kind: "amount", amount: "3.10" } }];
    const { lines } = bill("2026-04-01", [late, early], { discounts });
    expect(lines.map((line: Line) => [line.id[0], line.discounts[0]?.amount])).toEqual([
      ["a", undefined],
      ["b", "3.10"],
    ]);
  });

  it("that begin and end are given and taken back one by one, in a stable order", () => {
    const discount = (id: string, rate: string) => ({
      id,
      from: "2026-01-01",
      value: { kind: "percentage", rate },
    });
    const billed = bill("2026-03-01", service(), { discounts: [discount("z", "10")] }).lines;
    const { lines } = bill("2026-03-01", service(), {
      billed,
      discounts: [discount("y", "20"), discount("b", "0")],
    });
    expect(lines).toMatchObject([
      {
        amount: "0.00",
        net: "-3.10",
        discounts: [
          { id: "y", amount: "6.20" },
          { id: "z", amount: "-3.10" },
        ],
      },
    ]);
    const again = bill("2026-03-01", service(), {
      billed: [...billed, ...lines],
      discounts: [discount("y", "20")],
    });
    expect(again.lines).toEqual([]);
  });

  it("apply by the date on which a cancelled period in arrears is billed", () => {
    const cancelled = service({ timing: "in-arrears", facts: [{ on: "2026-03-11", kind: "cancel" }] });
    const until = (date: string) =>
      bill("2026-04-01", cancelled, {
        discounts: [{ id: "d", from: "2026-01-01", until: date, value: { kind: "percentage", rate: "10" } }],
      }).discount;
    expect([until("2026-03-11"), until("2026-03-12")]).toEqual(["0.00", "1.00"]);
    const whole = (date: string) =>
      bill("2026-04-01", service({ timing: "in-arrears" }), {
        discounts: [{ id: "d", from: "2026-01-01", until: date, value: { kind: "percentage", rate: "10" } }],
      }).discount;
    expect([whole("2026-04-01"), whole("2026-04-02")]).toEqual(["0.00", "3.10"]);
  });

  /** The other service ended before the first discount begins. */
  const services = [
    service(),
    service({
      id: "other",
      start: { on: "2025-10-01" },
      terms: { plan: "free", price: "0" },
      facts: [{ on: "2025-12-01", kind: "cancel" }],
    }),
  ];
  const discounted = (discount: object, target = "2026-06-01", settings = {}) =>
    bill(target, services, { discounts: [{ id: "d", from: "2026-01-01", ...discount }] }, settings).lines.map(
      ({ discounts }: Line) => discounts[0]?.amount ?? "-",
    );

  it.each<[string, object, object, string[]]>([
    ["once", { cycles: 1, value: { kind: "percentage", rate: "10" } }, {}, ["3.10", "-", "-", "-"]],
    [
      "for two cycles",
      { cycles: 2, value: { kind: "amount", amount: "5.00" } },
      {},
      ["5.00", "5.00", "-", "-"],
    ],
    [
      "between dates",
      { from: "2026-04-01", until: "2026-06-01", value: { kind: "percentage", rate: "10" } },
      {},
      ["-", "3.10", "3.10", "-"],
    ],
    ["without end", { value: { kind: "amount", amount: "1.00" } }, {}, ["1.00", "1.00", "1.00", "1.00"]],
    [
      "an amount once, carried on until it is used up",
      { cycles: 1, value: { kind: "amount", amount: "70.00" } },
      {},
      ["31.00", "31.00", "8.00", "-"],
    ],
    [
      "an amount once, lost where the tenant says so",
      { cycles: 1, value: { kind: "amount", amount: "70.00" } },
      { unusedOnceAmount: "lose" },
      ["31.00", "-", "-", "-"],
    ],
    [
      "an amount for two cycles, the rest of each is lost",
      { cycles: 2, value: { kind: "amount", amount: "70.00" } },
      {},
      ["31.00", "31.00", "-", "-"],
    ],
    [
      "only another service",
      { subscription: "other", value: { kind: "amount", amount: "70.00" } },
      {},
      ["-", "-", "-", "-"],
    ],
    [
      "only this service",
      { subscription: "fibre", value: { kind: "amount", amount: "7.00" } },
      {},
      ["7.00", "7.00", "7.00", "7.00"],
    ],
  ])("apply %s", (_, discount, settings, expected) => {
    expect(discounted(discount, "2026-06-01", settings)).toEqual(expected);
  });

  it("are spread over all lines of a date, before tax", () => {
    const subscriptions = [
      service({ taxes: ["VAT"] }),
      service({ id: "tv", taxes: ["VAT"], terms: { plan: "tv", price: "10.00" } }),
    ];
    const { lines, discount, net, tax } = bill("2026-03-01", subscriptions, {
      taxes: vat,
      discounts: [{ id: "d", from: "2026-01-01", value: { kind: "amount", amount: "4.10" } }],
    });
    expect(lines.map((line: Line) => line.discounts[0]?.amount)).toEqual(["3.10", "1.00"]);
    expect([discount, net, tax]).toEqual(["4.10", "36.90", "7.38"]);
  });
});

describe("usage on invoices", () => {
  const minutes = { metric: "minutes", model: { kind: "flat", unitPrice: "0.10" }, included: "60" };
  const voice = (more: object = {}) =>
    service({ id: "voice", terms: { plan: "voice", price: "0", usage: [minutes] }, ...more });
  const used = (on: string, quantity: string, metric = "minutes", subscription = "voice") => ({
    on,
    quantity,
    metric,
    subscription,
  });

  it("is billed after its period, late records as an adjustment", () => {
    const usage = [used("2026-03-05", "50"), used("2026-03-06", "30")];
    expect(bill("2026-03-31", voice(), { usage }).lines).toEqual([]);
    const first = bill("2026-04-01", voice(), { usage });
    expect(first.lines).toMatchObject([
      {
        amount: "2.00",
        component: "usage",
        description: "voice: minutes",
        due: "2026-04-01",
        explanation: "sum 80 − 60 included: 20 × 0.10, rounded once",
      },
    ]);
    const late = bill("2026-04-02", voice(), {
      usage: [...usage, used("2026-03-31", "7.5")],
      billed: first.lines,
    });
    expect(late.lines).toMatchObject([{ kind: "adjustment", amount: "0.75" }]);
  });

  it("rolls over, tops up, and reports the used amount", () => {
    const rolling = voice({
      terms: { plan: "voice", price: "0", usage: [{ ...minutes, rolloverPeriods: 1 }] },
    });
    const more = {
      usage: [used("2026-03-05", "20"), used("2026-04-05", "150")],
      topUps: [
        { id: "t1", subscription: "voice", metric: "minutes", on: "2026-04-02", units: "30", price: "2.50" },
      ],
    };
    const { lines } = bill("2026-05-01", rolling, more);
    expect(lines.map(({ amount, explanation }: Line) => [amount, explanation])).toEqual([
      ["2.00", "sum 150 − 40 carried over − 60 included − 30 topped up: 20 × 0.10, rounded once"],
      ["2.50", "sold once on 2026-04-02"],
    ]);
  });

  it("prorates minimums of partial periods, and allowances when the tenant's setting says so", () => {
    const partial = voice({
      start: { on: "2026-03-17" },
      terms: { plan: "voice", price: "0", usage: [{ ...minutes, included: "62", minimum: "6.20" }] },
    });
    expect(bill("2026-04-01", partial).lines).toMatchObject([
      { explanation: "sum 0: 0 × 0.10, raised to the minimum 6.20 × days 15 of 31, rounded once" },
    ]);
    const amounts = (settings: object, quantity: string) =>
      bill("2026-04-01", partial, { usage: [used("2026-03-20", quantity)] }, settings).lines.map(
        ({ amount }: Line) => amount,
      );
    expect(amounts({}, "162")).toEqual(["10.00"]);
    expect(amounts({}, "1")).toEqual(["3.00"]);
    expect(amounts({ allowanceInPartialPeriod: "prorated" }, "130")).toEqual(["10.00"]);
    expect(amounts({ allowanceInPartialPeriod: "prorated" }, "1")).toEqual(["3.00"]);
  });

  it("is rated by the plan in force, each with its own allowance", () => {
    const dearer = {
      plan: "voice-2",
      price: "0",
      usage: [{ ...minutes, included: "10", model: { kind: "flat", unitPrice: "0.20" } }],
    };
    const changing = voice({ facts: [{ on: "2026-03-11", kind: "change", terms: dearer }] });
    const { lines } = bill("2026-04-01", changing, {
      usage: [used("2026-03-10", "70"), used("2026-03-11", "70")],
    });
    expect(lines.map(({ description, amount }: Line) => [description, amount])).toEqual([
      ["voice: minutes", "1.00"],
      ["voice-2: minutes", "12.00"],
    ]);
  });

  it("covers the dates of its service, as does the minimum of its plan", () => {
    const terms = { plan: "voice", price: "0", minimum: "62.00", usage: [{ ...minutes, included: "0" }] };
    const dearer = { ...terms, plan: "voice-2" };
    const datesOf = (facts: object[], settings: object = {}) =>
      bill(
        "2026-04-01",
        voice({ start: { on: "2026-03-05" }, terms, facts }),
        {
          usage: [used("2026-03-06", "70"), used("2026-03-18", "70")],
        },
        settings,
      ).lines.map(({ component, from, to }: Line & { component: string }) => `${component} ${from}/${to}`);
    const cancelled = [{ on: "2026-03-21", kind: "cancel" }];
    expect(datesOf(cancelled)).toEqual(["usage 2026-03-05/2026-03-21", "minimum 2026-03-05/2026-03-21"]);
    expect(datesOf([{ on: "2026-03-11", kind: "change", terms: dearer }])).toEqual([
      "usage 2026-03-05/2026-03-11",
      "minimum 2026-03-05/2026-03-11",
      "usage 2026-03-11/2026-04-01",
      "minimum 2026-03-11/2026-04-01",
    ]);
    expect(datesOf(cancelled, { prorationMode: "full" })).toEqual([
      "minimum 2026-03-01/2026-04-01",
      "usage 2026-03-05/2026-03-21",
    ]);
  });

  it("cannot use the rest of the allowance of an earlier plan of the period", () => {
    const other = { plan: "voice-2", price: "0", usage: [{ ...minutes, included: "0" }] };
    const changing = voice({ facts: [{ on: "2026-03-11", kind: "change", terms: other }] });
    const { lines } = bill("2026-04-01", changing, { usage: [used("2026-03-12", "10")] });
    expect(lines).toMatchObject([{ description: "voice-2: minutes", amount: "1.00" }]);
    const rolling = { plan: "voice", price: "0", usage: [{ ...minutes, rolloverPeriods: 1 }] };
    const rolled = (on: string, quantity: string) =>
      bill("2026-05-01", { ...changing, terms: rolling }, { usage: [used(on, quantity)] }).lines;
    expect(rolled("2026-03-12", "10")).toMatchObject([{ from: "2026-03-11", amount: "1.00" }]);
    expect(rolled("2026-04-12", "10")).toEqual([]);
  });

  it("is one sum when only the quantity or the price of the plan changed", () => {
    const twice = { plan: "voice", price: "0", quantity: "2", usage: [minutes] };
    const changing = voice({ facts: [{ on: "2026-03-11", kind: "change", terms: twice }] });
    expect(
      bill("2026-04-01", changing, { usage: [used("2026-03-10", "50"), used("2026-03-11", "50")] }).lines,
    ).toMatchObject([{ amount: "4.00" }]);
    const dearer = { ...twice, usage: [{ ...minutes, model: { kind: "flat", unitPrice: "0.50" } }] };
    const repriced = bill(
      "2026-04-01",
      voice({ facts: [{ on: "2026-03-11", kind: "change", terms: dearer }] }),
      { usage: [used("2026-03-10", "61"), used("2026-03-11", "61")] },
    );
    expect(repriced.lines.map(({ amount, id }: Line) => [amount, id.split("|")[5]])).toEqual([
      ["0.10", "0"],
      ["0.50", "1"],
    ]);
  });

  it("in a trial is free, or billed with the allowance of the period when the tenant's setting says so", () => {
    const trial = voice({ trialEnd: { on: "2026-04-01" } });
    const usage = [used("2026-03-05", "500")];
    expect(bill("2026-05-01", trial, { usage })).toMatchObject({ lines: [], unbilled: [] });
    expect(bill("2026-05-01", trial, { usage }, { usageInTrial: "billed" }).lines).toMatchObject([
      { amount: "44.00", explanation: "sum 500 − 60 included: 440 × 0.10, rounded once" },
    ]);
  });

  it("during a pause or block is not billed, and listed as not billed", () => {
    const paused = voice({ facts: [{ on: "2026-03-02", kind: "pause" }] });
    const usage = [used("2026-03-05", "500")];
    expect(bill("2026-05-01", paused, { usage })).toMatchObject({
      lines: [],
      unbilled: [
        { metric: "minutes", quantity: "500", date: "2026-03-05", reason: "the service was paused" },
      ],
    });
    const blocks = [{ from: "2026-03-02" }];
    expect(
      bill("2026-05-01", voice(), { usage, blocks }, { billWhileBlocked: false }).unbilled,
    ).toMatchObject([{ reason: "the service was blocked from 2026-03-02 on" }]);
    expect(bill("2026-05-01", voice(), { usage, blocks }).lines).toMatchObject([{ amount: "44.00" }]);
  });

  it("is listed as not billed when no plan prices it", () => {
    const { unbilled, lines } = bill("2026-05-01", voice(), {
      usage: [
        used("2026-02-01", "5"),
        used("2026-03-05", "7", "sms"),
        used("2026-03-05", "9", "minutes", "nobody"),
        used("2026-06-05", "1"),
      ],
      topUps: [
        { id: "t", subscription: "nobody", metric: "minutes", on: "2026-04-02", units: "30", price: "2.50" },
      ],
    });
    expect(lines).toEqual([]);
    expect(unbilled).toEqual([
      {
        subscription: "nobody",
        metric: "minutes",
        quantity: "9",
        date: "2026-03-05",
        reason: "the customer has no subscription of this id",
      },
      {
        subscription: "nobody",
        id: "t",
        metric: "minutes",
        quantity: "30",
        date: "2026-04-02",
        reason: "the customer has no subscription of this id",
      },
      {
        subscription: "voice",
        metric: "minutes",
        quantity: "5",
        date: "2026-02-01",
        reason: "before the service began on 2026-03-01",
      },
      {
        subscription: "voice",
        metric: "sms",
        quantity: "7",
        date: "2026-03-05",
        reason: "no plan that was in force then has a price for this metric",
      },
    ]);
  });

  it("is due on the day of a cancellation", () => {
    const cancelled = voice({ facts: [{ on: "2026-03-11", kind: "cancel" }] });
    const usage = [used("2026-03-05", "70")];
    expect(bill("2026-03-10", cancelled, { usage }).lines).toEqual([]);
    expect(bill("2026-03-11", cancelled, { usage }).lines).toMatchObject([
      { amount: "1.00", due: "2026-03-11" },
    ]);
  });

  it("separates metrics, and applies records and top-ups in order of time", () => {
    const latest = { metric: "devices", aggregate: "latest", model: { kind: "flat", unitPrice: "1" } };
    const both = voice({ terms: { plan: "voice", price: "0", usage: [minutes, latest] } });
    const { lines, unbilled } = bill("2026-04-01", both, {
      usage: [
        used("2026-03-20", "3", "devices"),
        used("2026-03-10", "9", "devices"),
        used("2026-03-15", "100"),
      ],
      topUps: [
        { id: "t1", subscription: "voice", metric: "devices", on: "2026-03-12", units: "2", price: "1.00" },
        { id: "t2", subscription: "voice", metric: "minutes", on: "2026-02-12", units: "15", price: "0.50" },
        { id: "t3", subscription: "voice", metric: "sms", on: "2026-03-12", units: "15", price: "0.25" },
      ],
    });
    expect(lines.map(({ description, explanation }: Line) => `${description}: ${explanation}`)).toEqual([
      "minutes top-up: sold once on 2026-02-12",
      "voice: devices: latest 3 − 2 topped up: 1 × 1.00, rounded once",
      "voice: minutes: sum 100 − 60 included − 15 topped up: 25 × 0.10, rounded once",
      "devices top-up: sold once on 2026-03-12",
      "sms top-up: sold once on 2026-03-12",
    ]);
    expect(lines[0]).toMatchObject({ component: "top-up", subscription: "voice" });
    expect(unbilled).toEqual([
      {
        ...{ subscription: "voice", id: "t3", metric: "sms", quantity: "15", date: "2026-03-12" },
        reason:
          "charged, but its units cover nothing: no plan that was in force then has a price for this metric",
      },
    ]);
  });

  it("costs the minimum of its plan without any record", () => {
    const least = voice({ terms: { plan: "voice", price: "0", usage: [{ ...minutes, minimum: "3.00" }] } });
    expect(bill("2026-04-01", least).lines).toMatchObject([
      { amount: "3.00", explanation: "sum 0: 0 × 0.10, raised to the minimum 3.00, rounded once" },
    ]);
  });

  it("shows no line for usage without a price", () => {
    expect(bill("2026-05-01", voice(), { usage: [used("2026-03-05", "5")] }).lines).toEqual([]);
  });

  it("bills transit by the 95th percentile of its samples", () => {
    const transit = voice({
      terms: {
        plan: "transit",
        price: "0",
        usage: [
          {
            metric: "mbps",
            aggregate: "percentile-95",
            model: { kind: "flat", unitPrice: "0.50" },
            included: "100",
          },
        ],
      },
    });
    const usage = Array.from({ length: 100 }, (_, index) =>
      used(`2026-03-${String(1 + (index % 31)).padStart(2, "0")}`, String(index * 10), "mbps"),
    );
    expect(bill("2026-04-01", transit, { usage }).lines).toMatchObject([
      { amount: "420.00", explanation: "percentile-95 940 − 100 included: 840 × 0.50, rounded once" },
    ]);
  });
});

describe("other lines", () => {
  it("bills a one-off item once", () => {
    const oneOffs = [
      { id: "router", description: "router", on: "2026-03-05", amount: "99.00", taxes: ["VAT"] },
    ];
    const { lines, gross } = bill("2026-03-05", [], { oneOffs, taxes: vat });
    expect(lines).toMatchObject([
      {
        component: "one-off",
        description: "router",
        from: "2026-03-05",
        to: "2026-03-06",
        due: "2026-03-05",
        net: "99.00",
        gross: "118.80",
        explanation: "sold once on 2026-03-05",
      },
    ]);
    expect(gross).toBe("118.80");
    expect(bill("2026-03-04", [], { oneOffs, taxes: vat }).lines).toEqual([]);
    const withdrawn = bill("2026-03-05", [], { taxes: vat, billed: lines });
    expect(withdrawn.lines).toMatchObject([
      { component: "one-off", description: "router", gross: "-118.80" },
    ]);
    expect(withdrawn.lines[0].subscription).toBeUndefined();
  });

  it("credits blocked days when the setting does not bill blocked customers", () => {
    const blocks = [{ from: "2026-03-11", to: "2026-03-21" }];
    const billed = bill("2026-03-01", service()).lines;
    expect(bill("2026-03-31", service(), { blocks, billed }).lines).toEqual([]);
    const credit = bill("2026-03-31", service(), { blocks, billed }, { billWhileBlocked: false });
    expect(credit.lines.map(({ amount }: Line) => amount)).toEqual(["-10.00"]);
    const still = bill(
      "2026-03-31",
      service(),
      { blocks: [{ from: "2026-03-11" }, ...blocks], billed },
      { billWhileBlocked: false },
    );
    expect(still.lines.map(({ amount }: Line) => amount)).toEqual(["-21.00"]);
  });

  it("refuses a block after one whose end was lost", () => {
    const blocks = [{ from: "2026-03-21", to: "2026-03-26" }, { from: "2026-03-11" }, { from: "2026-04-01" }];
    const lost = (place: number, from: string) =>
      `blocks[${place}]: expected no block after the one at blocks[1], which begins on 2026-03-11 and has no end; found one from ${from}: write the end of the earlier block (to), or remove this one`;
    expect(bill("2026-03-31", service(), { blocks }).faults).toEqual([
      lost(0, "2026-03-21"),
      lost(2, "2026-04-01"),
    ]);
  });

  it("gives a coupon of an amount in full for the part of a period that is left, at once and step by step", () => {
    const discounts = [
      { id: "c", value: { kind: "amount", amount: "20.00" }, from: "2026-03-01", cycles: 1 },
    ];
    const cancelled = service({ facts: [{ on: "2026-03-11", kind: "cancel" }] });
    const billed = bill("2026-03-01", service(), { discounts }).lines;
    const atOnce = bill("2026-03-11", cancelled, { discounts }).lines;
    const after = bill("2026-03-11", cancelled, { discounts, billed }).lines;
    const sums = (lines: Line[]) =>
      lines.map(({ amount, discounts: [coupon], net }) => [amount, coupon?.amount, net]);
    expect(sums(billed)).toEqual([["31.00", "20.00", "11.00"]]);
    expect(sums(after)).toEqual([["-21.00", "-10.00", "-11.00"]]);
    expect(sums(atOnce)).toEqual([["10.00", "10.00", "0.00"]]);
  });

  it("refuses stretches that name no dates", () => {
    const [march] = bill("2026-03-01", service()).lines;
    expect(bill("2026-03-01", service(), { billed: [{ ...march, stretches: [] }] }).faults).toEqual([
      "billed[0].stretches: expected at least one stretch; found []: write it as printed, or leave stretches out for from and to",
    ]);
  });

  it("keeps its order, subscription by subscription and date by date", () => {
    const { lines } = bill("2026-04-01", [service({ id: "b" }), service({ id: "a" })], {
      oneOffs: [{ id: "z", description: "z", on: "2026-03-20", amount: "1.00" }],
    });
    expect(lines.map(({ id }: Line) => id.split("|").slice(0, 3).join(" "))).toEqual([
      "one-off z #0",
      "a recurring 2026-03-01/2026-04-01",
      "a recurring 2026-04-01/2026-05-01",
      "b recurring 2026-03-01/2026-04-01",
      "b recurring 2026-04-01/2026-05-01",
    ]);
  });

  it("distinguishes ids that contain bars", () => {
    const one = bill("2026-03-01", [service({ id: "a|b" }), service({ id: "a%7Cb" })]).lines;
    expect(new Set(one.map(({ id }: Line) => id)).size).toBe(2);
    expect(one[0].id).toContain("a%");
  });

  it("refuses two items of one id", () => {
    expect(bill("2026-03-01", [service(), service()]).faults).toEqual([
      'subscriptions[1].id: expected no "fibre" twice; found it at subscriptions[0].id too: remove or rename one of them',
    ]);
    const billed = bill("2026-03-01", service()).lines;
    expect(bill("2026-03-01", service(), { billed: [...billed, ...billed] }).faults[0]).toMatch(
      /^billed\[1\].id: expected no ".*" twice; found it at billed\[0\].id too/,
    );
  });

  it("shows quantities in the rate, and skips free lines", () => {
    const seats = service({ terms: { plan: "seats", price: "5.00", quantity: "3" } });
    expect(trail(bill("2026-03-01", seats))).toEqual(["full period of 31 days, rate 5.00 × 3"]);
    expect(bill("2026-03-01", service({ terms: { plan: "free", price: "0" } })).lines).toEqual([]);
  });
});
