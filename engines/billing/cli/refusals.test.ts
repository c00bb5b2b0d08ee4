import { describe, expect, it } from "vitest";
import { run } from "../../base/cli/testing/run.ts";
import { billing } from "./program.ts";

const subscription = {
  id: "fibre",
  start: { on: "2026-03-01" },
  cycle: { unit: "month" },
  terms: { plan: "fibre-100", price: "59.90" },
};
const invoice = (change: object, more: object = {}) => ({
  currency: "EUR",
  target: "2026-04-01",
  subscriptions: [{ ...subscription, ...change }],
  ...more,
});

describe("a refusal of billing", () => {
  it.each<[string, string, object]>([
    [
      'subscriptions[0].start: expected an object with the fields on, at; found "2026-03-01": write {"on": "2026-03-01"}',
      "invoice",
      invoice({ start: "2026-03-01" }),
    ],
    [
      'subscriptions[0].start: expected an object with the fields on, at; found "2026-03-01T00:00:00Z": write {"at": "2026-03-01T00:00:00Z"}',
      "invoice",
      invoice({ start: "2026-03-01T00:00:00Z" }),
    ],
    [
      'subscriptions[0].cycle.alignment.kind: expected an object whose kind is one of anniversary, calendar; found "calender": write one of these words',
      "invoice",
      invoice({ cycle: { unit: "month", alignment: { kind: "calender" } } }),
    ],
    [
      'subscriptions[0].cycle.alignment: expected an object whose kind is one of anniversary, calendar; found "calendar": write {"kind": ..., ...}',
      "invoice",
      invoice({ cycle: { unit: "month", alignment: "calendar" } }),
    ],
    [
      'cashRounding: expected a coin above 0, of 1, 2, 5 or 25 with zeros before or after, with at most 2 decimals; found "0.001": write a coin that exists, such as "0.05", or leave cashRounding out',
      "invoice",
      invoice({}, { cashRounding: "0.001" }),
    ],
    [
      "weights: expected at least one weight above 0; found only zeros: write how large each part is, one of them above 0",
      "allocate",
      { currency: "EUR", total: "1.00", weights: ["0", "0"] },
    ],
    [
      'policy.stages[0].blocks: expected true or false, not in quotes; found "true": write true or false, not in quotes',
      "dunning",
      {
        currency: "EUR",
        policy: { stages: [{ name: "stop", afterDays: 7, blocks: "true" }] },
        invoices: [],
        after: "2026-03-15",
        upTo: "2026-04-30",
      },
    ],
  ])("says %s", (fault, command, input) => {
    expect(run(billing, command, input).faults).toEqual([fault]);
  });

  it("does not occur for an existing coin of the currency", () => {
    const { payable } = run(billing, "invoice", {
      ...invoice({}, { cashRounding: "0.05" }),
      target: "2026-03-31",
    });
    expect(payable).toBe("59.90");
  });
});
