import { describe, expect, it } from "vitest";
import { run } from "../../oracle/run.ts";

const calendar = { unit: "month", alignment: { kind: "calendar" } };
const vat = [
  { code: "VAT", rate: "19", from: "2000-01-01", until: "2026-04-12" },
  { code: "VAT", rate: "16", from: "2026-04-12" },
];
const terms = { plan: "P", price: "30.00" };
const pause = (on: string) => ({ on, kind: "pause" });
const resume = (on: string) => ({ on, kind: "resume" });
const untilThe20th = { start: { on: "2026-04-01" }, facts: [pause("2026-04-01"), resume("2026-04-20")] };

function bill(target: string, subscription: object, more: object = {}, settings: object = {}) {
  const one = { id: "s", cycle: calendar, start: { on: "2026-04-01" }, terms, ...subscription };
  return run("invoice", { currency: "EUR", target, subscriptions: [one], settings, ...more });
}

interface Line {
  component: string;
  from: string;
  to: string;
  due: string;
  taxDate: string;
  amount: string;
  net: string;
  taxes: { rate: string }[];
}

const linesOf = ({ lines }: { lines: Line[] }) =>
  lines.map(({ from, to, amount }) => `${from}/${to} ${amount}`);
const duesOf = ({ lines }: { lines: Line[] }) => lines.map(({ due, amount }) => `${due} ${amount}`);
const minimumsOf = ({ lines }: { lines: Line[] }) =>
  lines.filter(({ component }) => component === "minimum").map(({ amount }) => amount);

describe("the date of a tax", () => {
  const taxed = (subscription: object, target: string, more: object = {}, settings = {}) => {
    const facts = { taxes: vat, ...more };
    const { lines } = bill(target, { taxes: ["VAT"], ...subscription }, facts, settings);
    return lines.map((line: Line) => `${line.taxDate} ${line.taxes[0]?.rate ?? "none"}`).at(-1);
  };

  it.each([
    ["a trial", { trialEnd: { on: "2026-04-20" } }, {}],
    ["a pause", untilThe20th, {}],
    ["a block", {}, { blocks: [{ from: "2026-03-20", to: "2026-04-20" }] }],
  ])("in advance is the first charged day after %s", (_, subscription, more) => {
    expect(taxed(subscription, "2026-04-20", more, { billWhileBlocked: false })).toBe("2026-04-20 16");
  });

  it.each([
    ["a pause", [pause("2026-04-10")], {}],
    ["a pause and a cancellation", [pause("2026-04-10"), { on: "2026-04-15", kind: "cancel" }], {}],
    ["a block", [], { blocks: [{ from: "2026-04-10", to: "2026-06-01" }] }],
  ])("in arrears is the last charged day before %s", (_, facts, more) => {
    const arrears = { timing: "in-arrears", facts };
    expect(taxed(arrears, "2026-05-01", more, { billWhileBlocked: false })).toBe("2026-04-09 19");
  });

  it("of usage is the last day of a trial whose usage is billed", () => {
    const metered = {
      plan: "P",
      price: "0",
      usage: [{ metric: "gb", model: { kind: "flat", unitPrice: "1" } }],
    };
    const trial = {
      terms: metered,
      trialEnd: { on: "2026-04-10" },
      facts: [pause("2026-04-10"), { on: "2026-04-25", kind: "cancel" }],
    };
    const usage = [{ on: "2026-04-05", subscription: "s", metric: "gb", quantity: "2" }];
    const settings = { usageInTrial: "billed", trialAnchor: "start" };
    expect(taxed(trial, "2026-05-01", { usage }, settings)).toBe("2026-04-09 19");
  });

  it("needs no tax rule and takes no exemption for days without service", () => {
    const since = [{ code: "VAT", rate: "20", from: "2026-04-10" }];
    expect(taxed(untilThe20th, "2026-04-20", { taxes: since })).toBe("2026-04-20 20");
    const long = { trialEnd: { on: "2026-05-20" } };
    expect(taxed(long, "2026-05-20", { taxes: since }, { trialAnchor: "start" })).toBe("2026-05-20 20");
    const exemptions = [{ code: "VAT", from: "2026-04-10", reason: "diplomat" }];
    const exempt = bill("2026-04-20", { ...untilThe20th, taxes: ["VAT"] }, { taxes: vat, exemptions });
    expect([exempt.net, exempt.tax]).toEqual(["11.00", "0.00"]);
  });
});

describe("a coupon", () => {
  const coupon = (from: string, until?: string) => [
    { id: "half", value: { kind: "percentage", rate: "50" }, from, until },
  ];

  it.each([
    ["that began before the first charged day", coupon("2026-04-10"), "5.50"],
    ["that ended before the first charged day", coupon("2026-04-01", "2026-04-15"), "11.00"],
  ])("%s", (_, discounts, net) => {
    expect(bill("2026-04-20", { trialEnd: { on: "2026-04-20" } }, { discounts }).net).toBe(net);
    expect(bill("2026-04-20", untilThe20th, { discounts }).net).toBe(net);
  });
});

it("usage and minimum show the charged dates", () => {
  const usage = [{ on: "2026-04-05", subscription: "s", metric: "gb", quantity: "2" }];
  const metered = {
    ...{ plan: "P", price: "0.00", minimum: "15.00" },
    usage: [{ metric: "gb", model: { kind: "flat", unitPrice: "1" } }],
  };
  const facts = [pause("2026-04-10"), { on: "2026-04-15", kind: "cancel" }];
  expect(linesOf(bill("2026-05-01", { terms: metered, facts }, { usage }))).toEqual([
    "2026-04-01/2026-04-10 2.00",
    "2026-04-01/2026-04-10 2.50",
  ]);
});

describe("a minimum", () => {
  const arrears = { timing: "in-arrears", terms: { plan: "P", price: "10.00", minimum: "60.00" } };
  const changed = (terms: object) => ({ ...arrears, facts: [{ on: "2026-04-16", kind: "change", terms }] });

  it.each([
    ["another plan", { plan: "Q", price: "20.00", minimum: "90.00" }, "75.00"],
    ["the same plan", { plan: "P", price: "20.00", minimum: "90.00" }, "75.00"],
    ["the same plan and price", { plan: "P", price: "10.00", minimum: "90.00" }, "75.00"],
    ["the same plan without a minimum", { plan: "P", price: "20.00" }, "40.00"],
    ["the same plan with a minimum that is met", { plan: "P", price: "120.00", minimum: "90.00" }, "90.00"],
  ])("counts the charges while it is in force: %s", (_, terms, net) => {
    expect(bill("2026-05-01", changed(terms)).net).toBe(net);
  });

  it("divides the sum of a whole period among its parts without counting a cent twice", () => {
    const odd = { ...arrears, terms: { plan: "P", price: "10.01", minimum: "20.00" } };
    const facts = [
      { on: "2026-04-16", kind: "change", terms: { plan: "P", price: "10.01", minimum: "30.00" } },
    ];
    expect(bill("2026-05-01", { ...odd, facts }).net).toBe("25.00");
  });

  it.each(["none", "full"])("of the first plan alone is owed while changes wait: %s", (prorationMode) => {
    const twoPlans = changed({ plan: "Q", price: "20.00", minimum: "90.00" });
    expect(bill("2026-05-01", twoPlans, {}, { prorationMode }).net).toBe("60.00");
    expect(bill("2026-06-01", twoPlans, {}, { prorationMode }).net).toBe("150.00");
  });

  it("is not owed for a free partial period", () => {
    const late = { ...arrears, start: { on: "2026-04-16" } };
    expect(bill("2026-05-01", late, {}, { prorationMode: "none" }).lines).toEqual([]);
    expect(minimumsOf(bill("2026-05-01", late, {}, { prorationMode: "full" }))).toEqual(["50.00"]);
  });
});

describe("a whole price for a part of a period", () => {
  const full = { prorationMode: "full" };
  const paused = { start: { on: "2026-03-01" }, facts: [pause("2026-03-10"), resume("2026-04-20")] };

  it.each([
    ["a start", { start: { on: "2026-04-16" } }, "2026-04-16", ["2026-04-16 30.00"]],
    ["a trial", { trialEnd: { on: "2026-04-20" } }, "2026-04-20", ["2026-04-20 30.00"]],
    ["a pause", paused, "2026-04-20", ["2026-03-01 30.00", "2026-04-20 30.00"]],
  ])("is due when service begins: %s", (_, subscription, begin, dues) => {
    expect(duesOf(bill("2026-04-05", subscription, {}, full))).toEqual(dues.slice(0, -1));
    expect(duesOf(bill(begin, subscription, {}, full))).toEqual(dues);
  });

  const move = (on: string, dayOfMonth: number) => ({ on, kind: "realign", dayOfMonth });
  const none = { prorationMode: "none" };
  const unbilled = { ...none, billWhileBlocked: false };
  const blocked = (from: string, to: string) => ({ blocks: [{ from, to }] });

  describe("is still owed, although partial periods are free,", () => {
    it("after a block on the first day of a period", () => {
      const block = blocked("2026-04-28", "2026-05-02");
      expect(duesOf(bill("2026-05-01", {}, block, unbilled))).toEqual(["2026-04-01 30.00"]);
      expect(duesOf(bill("2026-05-02", {}, block, unbilled))).toEqual([
        "2026-04-01 30.00",
        "2026-05-02 30.00",
      ]);
      const atStart = bill("2026-04-30", {}, blocked("2026-04-01", "2026-04-03"), unbilled);
      expect(duesOf(atStart)).toEqual(["2026-04-03 30.00"]);
      const inArrears = bill("2026-06-01", { timing: "in-arrears" }, block, unbilled);
      expect(duesOf(inArrears)).toEqual(["2026-05-01 30.00", "2026-06-01 30.00"]);
    });

    it("with a minimum, after such a block", () => {
      const terms = { plan: "P", price: "0.00", minimum: "60.00" };
      const block = blocked("2026-04-01", "2026-04-03");
      expect(minimumsOf(bill("2026-05-01", { terms }, block, unbilled))).toEqual(["60.00"]);
    });

    it("after a pause on the first day, at the terms of the day on which service continues", () => {
      const terms = { plan: "Q", price: "60.00" };
      const facts = [pause("2026-04-20"), { on: "2026-05-01", kind: "change", terms }, resume("2026-05-10")];
      expect(duesOf(bill("2026-05-10", { facts }, {}, none))).toEqual([
        "2026-04-01 30.00",
        "2026-05-10 60.00",
      ]);
    });

    it("after a block in the first part of a period that a move of the billing day cuts", () => {
      const facts = [move("2026-04-10", 15)];
      const block = blocked("2026-04-01", "2026-04-12");
      expect(duesOf(bill("2026-04-15", { facts }, block, unbilled))).toEqual([
        "2026-04-12 30.00",
        "2026-04-15 30.00",
      ]);
      const late = { facts, start: { on: "2026-04-05" } };
      expect(duesOf(bill("2026-04-15", late, block, unbilled))).toEqual(["2026-04-15 30.00"]);
    });

    it("except for a period that is blocked as a whole, or in which service or charging begins", () => {
      expect(bill("2026-04-30", {}, blocked("2026-04-01", "2026-05-01"), unbilled).lines).toEqual([]);
      const block = blocked("2026-04-16", "2026-04-18");
      expect(bill("2026-04-30", { start: { on: "2026-04-16" } }, block, unbilled).lines).toEqual([]);
      const trial = { trialEnd: { on: "2026-04-16" } };
      const interrupted = { ...trial, facts: [pause("2026-03-30"), resume("2026-04-20")] };
      expect(bill("2026-04-30", trial, {}, none).lines).toEqual([]);
      expect(bill("2026-04-30", { start: { on: "2026-03-20" }, ...interrupted }, {}, none).lines).toEqual([]);
      const twice = { facts: [move("2026-04-11", 20), move("2026-04-16", 25)] };
      expect(duesOf(bill("2026-04-25", twice, {}, none))).toEqual(["2026-04-01 30.00", "2026-04-25 30.00"]);
    });
  });

  it.each(["none", "full"])(
    "is owed once for both parts of a period that a move cuts: %s",
    (prorationMode) => {
      const moved = { facts: [move("2026-04-16", 20)] };
      expect(linesOf(bill("2026-04-20", moved, {}, { prorationMode }))).toEqual([
        "2026-04-01/2026-04-16 30.00",
        "2026-04-20/2026-05-20 30.00",
      ]);
    },
  );

  it("is owed for the part after a move when the part before was not served, or was itself the rest of a move", () => {
    const unserved = { facts: [pause("2026-04-01"), move("2026-04-16", 20), resume("2026-04-17")] };
    expect(linesOf(bill("2026-04-20", unserved, {}, full))).toEqual([
      "2026-04-16/2026-04-20 30.00",
      "2026-04-20/2026-05-20 30.00",
    ]);
    const twice = { facts: [move("2026-04-11", 20), move("2026-04-16", 25)] };
    expect(linesOf(bill("2026-04-25", twice, {}, full))).toEqual([
      "2026-04-01/2026-04-11 30.00",
      "2026-04-16/2026-04-25 30.00",
      "2026-04-25/2026-05-25 30.00",
    ]);
  });
});
