import { describe, expect, it } from "vitest";
import { run } from "../../oracle/run.ts";

const policy = {
  stages: [
    { name: "reminder", afterDays: 7, actions: ["email"] },
    { name: "warning", afterDays: 14, actions: ["letter", "fee"] },
    { name: "suspension", afterDays: 30, actions: ["suspend"], blocks: true },
  ],
};
const invoice = (id: string, due: string, amount: string) => ({ id, due, amount });
const pay = (id: string, on: string, amount: string, more = {}) => ({ id, on, amount, ...more });

function dunning(more: object, after = "2026-03-15", upTo = "2026-04-30") {
  return run("dunning", {
    currency: "EUR",
    policy,
    invoices: [invoice("A", "2026-03-15", "100.00")],
    after,
    upTo,
    ...more,
  });
}

const stages = (output: { steps: { on: string; to: string | null }[] }) =>
  output.steps.map(({ on, to }) => `${on} ${to}`);

describe("dunning", () => {
  it("enters each stage on its day, with its actions", () => {
    const { steps, standing, blocked } = dunning({});
    expect(steps).toEqual([
      {
        on: "2026-03-22",
        from: null,
        to: "reminder",
        actions: ["email"],
        reason: "7 days overdue since 2026-03-15",
      },
      {
        on: "2026-03-29",
        from: "reminder",
        to: "warning",
        actions: ["letter", "fee"],
        reason: "14 days overdue since 2026-03-15",
      },
      {
        on: "2026-04-14",
        from: "warning",
        to: "suspension",
        actions: ["suspend"],
        block: "start",
        reason: "30 days overdue since 2026-03-15",
      },
    ]);
    expect(standing).toEqual({
      on: "2026-04-30",
      stage: "suspension",
      daysOverdue: 46,
      overdue: "100.00",
      reason: "46 days overdue since 2026-03-15",
    });
    expect(blocked).toEqual([{ from: "2026-04-14" }]);
  });

  it("leaves all stages with the payment, and ends the block", () => {
    const { steps, blocked, standing } = dunning({ payments: [pay("p", "2026-04-20", "100.00")] });
    expect(steps.at(-1)).toEqual({
      on: "2026-04-20",
      from: "suspension",
      to: null,
      actions: [],
      block: "end",
      reason: "nothing is overdue",
    });
    expect(blocked).toEqual([{ from: "2026-04-14", to: "2026-04-20" }]);
    expect(standing).toMatchObject({ stage: null, daysOverdue: 0, overdue: "0.00" });
  });

  it("begins blocked when the customer is blocked at the begin", () => {
    expect(dunning({}, "2026-04-20", "2026-04-21").blocked).toEqual([{ from: "2026-04-20" }]);
    expect(
      dunning({ payments: [pay("p", "2026-04-21", "100.00")] }, "2026-04-20", "2026-04-25").blocked,
    ).toEqual([{ from: "2026-04-20", to: "2026-04-21" }]);
  });

  it("counts from the oldest unpaid invoice; payments without a target go to it first", () => {
    const invoices = [invoice("B", "2026-03-25", "50.00"), invoice("A", "2026-03-15", "100.00")];
    const partly = dunning(
      { invoices, payments: [pay("p", "2026-03-23", "100.00")] },
      "2026-03-15",
      "2026-04-05",
    );
    expect(stages(partly)).toEqual(["2026-03-22 reminder", "2026-03-23 null", "2026-04-01 reminder"]);
    expect(partly.standing).toMatchObject({ overdue: "50.00", daysOverdue: 11 });
    const named = dunning(
      { invoices, payments: [pay("p", "2026-03-20", "50.00", { invoice: "B" })] },
      "2026-03-15",
      "2026-04-05",
    );
    expect(named.standing).toMatchObject({ overdue: "100.00", daysOverdue: 21 });
    const tooMuch = dunning(
      { invoices, payments: [pay("p", "2026-03-20", "70.00", { invoice: "B" })] },
      "2026-03-15",
      "2026-04-05",
    );
    expect(tooMuch.standing).toMatchObject({ overdue: "80.00", daysOverdue: 21 });
    const unknown = dunning(
      { invoices, payments: [pay("p", "2026-03-20", "30.00", { invoice: "X" })] },
      "2026-03-15",
      "2026-04-05",
    );
    expect(unknown.faults).toEqual([
      'payments[0].invoice: expected one of the ids of invoices; found "X": write one of "B", "A"',
    ]);
  });

  it("takes a returned payment back on its day, and has the stage as if it had not been paid", () => {
    const facts = {
      payments: [pay("p", "2026-03-20", "100.00")],
      reversals: [{ payment: "p", on: "2026-04-16" }],
    };
    const { steps } = dunning(facts);
    expect(steps).toEqual([
      {
        on: "2026-04-16",
        from: null,
        to: "suspension",
        actions: ["suspend"],
        block: "start",
        reason: "32 days overdue since 2026-03-15",
      },
    ]);
  });

  it("reminds again of an invoice whose payment is returned, when the tenant's setting says so", () => {
    const facts = {
      payments: [pay("p", "2026-03-20", "100.00")],
      reversals: [{ payment: "p", on: "2026-04-16" }],
      settings: { reversedPayment: "restart" },
    };
    const { steps, standing } = dunning(facts, "2026-03-15", "2026-05-20");
    expect(stages({ steps })).toEqual(["2026-04-23 reminder", "2026-04-30 warning", "2026-05-16 suspension"]);
    expect(steps[0].reason).toBe("7 days overdue since 2026-04-16, when a payment was taken back");
    expect(standing.daysOverdue).toBe(34);
    expect(dunning(facts, "2026-03-15", "2026-04-16").standing).toMatchObject({
      stage: null,
      daysOverdue: 0,
    });
    expect(stages(dunning({ ...facts, reversals: [{ payment: "p", on: "2026-03-20" }] }))).toEqual([
      "2026-03-22 reminder",
      "2026-03-29 warning",
      "2026-04-14 suspension",
    ]);
    const twice = {
      ...facts,
      payments: [...facts.payments, pay("q", "2026-04-20", "100.00")],
      reversals: [{ payment: "q", on: "2026-04-25" }, ...facts.reversals],
    };
    expect(stages(dunning(twice, "2026-03-15", "2026-05-02"))).toEqual(["2026-05-02 reminder"]);
  });

  it("does not begin again for an invoice that was not settled, nor for a payment that comes back before the due date", () => {
    const restart = { settings: { reversedPayment: "restart" } };
    const partly = {
      payments: [pay("p", "2026-03-20", "60.00")],
      reversals: [{ payment: "p", on: "2026-04-16" }],
    };
    expect(dunning({ ...partly, ...restart }).standing).toMatchObject({
      daysOverdue: 46,
      stage: "suspension",
    });
    const early = {
      payments: [pay("p", "2026-03-10", "100.00")],
      reversals: [{ payment: "p", on: "2026-03-12" }],
    };
    expect(dunning({ ...early, ...restart }).standing).toMatchObject({
      reason: "46 days overdue since 2026-03-15",
    });
    const other = {
      invoices: [invoice("A", "2026-03-15", "100.00"), invoice("B", "2026-04-01", "50.00")],
      payments: [pay("p", "2026-03-20", "100.00", { invoice: "A" })],
      reversals: [{ payment: "p", on: "2026-04-16" }],
    };
    expect(dunning({ ...other, ...restart }).standing).toMatchObject({
      overdue: "150.00",
      reason: "29 days overdue since 2026-04-01",
    });
  });

  it("counts credits", () => {
    const facts = { credits: [{ invoice: "A", on: "2026-03-24", amount: "40.00" }] };
    expect(dunning(facts).standing.overdue).toBe("60.00");
    expect(dunning(facts, "2026-03-15", "2026-03-23").standing.overdue).toBe("100.00");
    expect(stages(dunning({ credits: [{ invoice: "A", on: "2026-03-24", amount: "100.00" }] }))).toEqual([
      "2026-03-22 reminder",
      "2026-03-24 null",
    ]);
  });

  it("refuses a policy without stages and attempts", () => {
    const fault = /^policy: expected stages, attempts or both; found neither: write "stages": \[/;
    for (const none of [{}, { stages: [] }]) {
      expect(dunning({ policy: none }).faults).toEqual([expect.stringMatching(fault)]);
    }
    const attempts = { limit: 1, daysBetween: 1 };
    expect(dunning({ policy: { attempts } }).attempts).toHaveLength(1);
  });

  it("ignores small sums", () => {
    expect(dunning({ policy: { ...policy, minimum: "100.01" } }).standing).toMatchObject({
      stage: null,
      overdue: "100.00",
      reason: "100.00 overdue is below the minimum 100.01",
    });
    expect(dunning({ policy: { ...policy, minimum: "100.00" } }).standing.stage).toBe("suspension");
  });

  it("skips excluded customers during the exclusion", () => {
    const facts = { exclusions: [{ from: "2026-03-20", until: "2026-04-02" }] };
    expect(stages(dunning(facts))).toEqual(["2026-04-02 warning", "2026-04-14 suspension"]);
    const { steps, standing } = dunning({ exclusions: [{ from: "2026-04-01" }] });
    expect(stages({ steps })).toEqual(["2026-03-22 reminder", "2026-03-29 warning"]);
    expect(standing).toMatchObject({
      stage: "warning",
      daysOverdue: 46,
      reason: "excluded from 2026-04-01",
    });
  });

  it("neither ends a block because of an exclusion nor reminds again after it", () => {
    const blocked = dunning({ exclusions: [{ from: "2026-04-16", until: "2026-04-20" }] });
    expect(stages(blocked)).toEqual(["2026-03-22 reminder", "2026-03-29 warning", "2026-04-14 suspension"]);
    expect(blocked.blocked).toEqual([{ from: "2026-04-14" }]);
    const reminded = dunning(
      { exclusions: [{ from: "2026-03-23", until: "2026-03-27" }] },
      undefined,
      "2026-03-30",
    );
    expect(stages(reminded)).toEqual(["2026-03-22 reminder", "2026-03-29 warning"]);
  });

  it.each<[string, object[]]>([
    ["that follow each other", [{ from: "2026-04-02", until: "2026-04-10" }]],
    ["that overlap", [{ from: "2026-03-30", until: "2026-04-10" }]],
    [
      "of which one lies in the other",
      [
        { from: "2026-03-25", until: "2026-03-27" },
        { from: "2026-04-01", until: "2026-04-10" },
      ],
    ],
  ])("holds the stage through exclusions %s", (_, more) => {
    const exclusions = [...more, { from: "2026-03-24", until: "2026-04-02" }];
    expect(stages(dunning({ exclusions }))).toEqual([
      "2026-03-22 reminder",
      "2026-04-10 warning",
      "2026-04-14 suspension",
    ]);
  });

  it("leaves a stage during an exclusion when it is paid, and enters none before its end", () => {
    const exclusions = [{ from: "2026-04-16", until: "2026-05-10" }];
    const payments = [pay("p", "2026-04-18", "100.00")];
    const paid = dunning({ exclusions, payments });
    expect(paid.steps.at(-1)).toMatchObject({ on: "2026-04-18", from: "suspension", to: null, block: "end" });
    const back = dunning(
      { exclusions, payments, reversals: [{ payment: "p", on: "2026-04-20" }] },
      "2026-04-15",
      "2026-05-20",
    );
    expect(stages(back)).toEqual(["2026-04-18 null", "2026-05-10 suspension"]);
    expect(back.blocked).toEqual([{ from: "2026-04-15", to: "2026-04-18" }, { from: "2026-05-10" }]);
  });

  it("moves to a milder stage during an exclusion when the overdue sum falls, and to no harder one", () => {
    const invoices = [invoice("A", "2026-03-15", "100.00"), invoice("B", "2026-04-10", "50.00")];
    const exclusions = [{ from: "2026-04-16", until: "2026-05-10" }];
    const credits = [{ invoice: "A", on: "2026-04-18", amount: "100.00" }];
    const { steps } = dunning({ invoices, exclusions, credits }, "2026-04-15", "2026-05-20");
    expect(stages({ steps })).toEqual(["2026-04-18 reminder", "2026-05-10 suspension"]);
    expect(steps[0]).toMatchObject({ actions: [], block: "end" });
  });

  it("keeps the stage of an exclusion during a promise that begins in it", () => {
    const facts = {
      exclusions: [{ from: "2026-03-24", until: "2026-04-02" }],
      promises: [{ from: "2026-03-30", until: "2026-04-10" }],
    };
    expect(stages(dunning(facts))).toEqual([
      "2026-03-22 reminder",
      "2026-04-11 warning",
      "2026-04-14 suspension",
    ]);
  });

  it("keeps its stage while a promise to pay runs, and continues as without it when it is broken", () => {
    const facts = { promises: [{ from: "2026-03-25", until: "2026-04-20" }] };
    const { steps, standing } = dunning(facts);
    expect(stages({ steps })).toEqual(["2026-03-22 reminder", "2026-04-21 suspension"]);
    expect(standing.daysOverdue).toBe(46);
    expect(dunning(facts, "2026-03-15", "2026-04-20").standing).toMatchObject({
      stage: "reminder",
      reason: "36 days overdue since 2026-03-15, held by the promise to pay until 2026-04-20",
    });
  });

  it("enters no stage during a promise that begins before the first stage", () => {
    expect(
      stages(
        dunning({ promises: [{ from: "2026-03-16", until: "2026-03-25" }] }, "2026-03-15", "2026-03-28"),
      ),
    ).toEqual(["2026-03-26 reminder"]);
  });

  it("stops counting the days of a promise when the tenant's setting says so", () => {
    const facts = {
      promises: [{ from: "2026-03-25", until: "2026-04-03" }],
      settings: { promiseToPay: "stop-clock" },
    };
    expect(stages(dunning(facts))).toEqual([
      "2026-03-22 reminder",
      "2026-04-08 warning",
      "2026-04-24 suspension",
    ]);
    expect(
      dunning(
        { ...facts, promises: [{ from: "2026-03-01", until: "2026-03-17" }] },
        "2026-03-15",
        "2026-03-20",
      ).standing.daysOverdue,
    ).toBe(3);
  });

  it("keeps no milder stage than the present one, from the day of the promise", () => {
    const paid = { payments: [pay("p", "2026-03-28", "100.00")], reversals: [] };
    expect(
      dunning({ ...paid, promises: [{ from: "2026-03-25", until: "2026-04-20" }] }).standing.stage,
    ).toBeNull();
    const onTheDay = dunning(
      { promises: [{ from: "2026-03-29", until: "2026-04-05" }] },
      "2026-03-15",
      "2026-03-29",
    );
    expect(onTheDay.standing).toMatchObject({
      stage: "reminder",
      reason: expect.stringContaining("held by"),
    });
    const between = dunning(
      { promises: [{ from: "2026-03-24", until: "2026-03-26" }] },
      "2026-03-15",
      "2026-03-25",
    );
    expect(between.standing).toMatchObject({ stage: "reminder", reason: "10 days overdue since 2026-03-15" });
  });

  it("takes no actions when it moves to a milder stage", () => {
    const invoices = [invoice("A", "2026-03-01", "100.00"), invoice("B", "2026-03-20", "50.00")];
    const { steps } = dunning(
      { invoices, payments: [pay("p", "2026-04-05", "100.00", { invoice: "A" })] },
      "2026-03-31",
      "2026-04-06",
    );
    expect(steps).toMatchObject([
      { on: "2026-04-05", from: "suspension", to: "warning", actions: [], block: "end" },
    ]);
  });

  it("counts the last day of a promise as promised, and overlapping promises once", () => {
    const settings = { promiseToPay: "stop-clock" };
    const promises = [
      { from: "2026-03-18", until: "2026-03-20" },
      { from: "2026-03-20", until: "2026-03-22" },
    ];
    expect(dunning({ promises, settings }, "2026-03-15", "2026-03-20").standing.daysOverdue).toBe(2);
    expect(dunning({ promises, settings }, "2026-03-15", "2026-03-25").standing.daysOverdue).toBe(5);
  });

  it("applies a payment to its named invoice before the oldest, in any order of the facts", () => {
    const invoices = [invoice("A", "2026-03-15", "100.00"), invoice("B", "2026-03-16", "50.00")];
    const payments = [pay("p", "2026-03-17", "120.00"), pay("q", "2026-03-17", "20.00", { invoice: "B" })];
    expect(dunning({ invoices, payments }, "2026-03-15", "2026-03-20").standing).toMatchObject({
      overdue: "10.00",
      daysOverdue: 4,
    });
  });

  it("gives the same steps in two runs as in one", () => {
    const facts = {
      payments: [pay("p", "2026-04-20", "100.00")],
      reversals: [{ payment: "p", on: "2026-04-25" }],
    };
    const whole = dunning(facts).steps;
    const parts = [
      ...dunning(facts, "2026-03-15", "2026-04-14").steps,
      ...dunning(facts, "2026-04-14", "2026-04-30").steps,
    ];
    expect(parts).toEqual(whole);
  });

  it("does not count the due date as overdue, and refuses a run backwards or too long", () => {
    expect(dunning({}, "2026-03-01", "2026-03-15").standing).toMatchObject({
      overdue: "0.00",
      reason: "nothing is overdue",
    });
    expect(dunning({}, "2026-03-15", "2026-03-16").standing).toMatchObject({
      overdue: "100.00",
      daysOverdue: 1,
      stage: null,
    });
    expect(dunning({}, "2026-03-15", "2026-03-14").faults).toEqual([
      expect.stringMatching(
        /^upTo: .*"after", 2026-03-15; found 2026-03-14, so that "after" and "upTo" are reversed/,
      ),
    ]);
    expect(dunning({}, "2026-03-15", "2036-04-01").faults).toEqual([
      expect.stringMatching(/^upTo: .*from 2026-03-15 to 3660 days later; found 2036-04-01/),
    ]);
    expect(dunning({}, "2026-03-15", "2026-03-15").steps).toEqual([]);
  });

  it("holds the stage through a row of 5,000 promises", () => {
    const day = (number: number) => new Date(Date.UTC(2000, 0, number)).toISOString().slice(0, 10);
    const promises = Array.from({ length: 5000 }, (_, index) => ({
      from: day(3 + index),
      until: day(3 + index),
    }));
    const invoices = [invoice("A", day(1), "1.00")];
    const { standing } = dunning({ invoices, promises }, day(5000), day(5000));
    expect(standing).toMatchObject({ stage: null, daysOverdue: 4999, overdue: "1.00" });
    const { standing: after } = dunning({ invoices, promises }, day(5003), day(5003));
    expect(after).toMatchObject({ stage: "suspension" });
  });

  it("finds the hardest stage in any order of the policy", () => {
    expect(dunning({ policy: { stages: [...policy.stages].reverse() } }).standing.stage).toBe("suspension");
  });
});
