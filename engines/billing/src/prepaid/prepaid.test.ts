import { describe, expect, it } from "vitest";
import { run } from "../../oracle/run.ts";

const month = { price: "30.00", cycle: { unit: "month" } };
const pay = (on: string, amount: string) => ({ on, amount });

function wallet(date: string, payments: object[], service: object = month, settings = {}) {
  return run("prepaid", { currency: "EUR", service, payments, date, settings });
}

describe("a prepaid wallet", () => {
  it("starts service with the payment that covers a period, and renews when it expires", () => {
    const payments = [pay("2026-01-31", "95.00")];
    expect(wallet("2026-01-30", payments)).toMatchObject({ balance: "0.00", expires: null, active: false });
    expect(wallet("2026-01-31", payments)).toMatchObject({
      balance: "65.00",
      expires: "2026-02-28",
      active: true,
    });
    expect(wallet("2026-02-28", payments)).toMatchObject({
      balance: "35.00",
      expires: "2026-03-31",
      active: true,
    });
    expect(wallet("2026-04-29", payments)).toMatchObject({
      balance: "5.00",
      expires: "2026-04-30",
      active: true,
    });
    expect(wallet("2026-04-30", payments)).toMatchObject({
      balance: "5.00",
      expires: "2026-04-30",
      active: false,
    });
  });

  it("waits for enough money, whatever order the payments are given in", () => {
    const payments = [pay("2026-03-12", "10.00"), pay("2026-03-10", "20.00")];
    expect(wallet("2026-03-11", payments)).toMatchObject({ balance: "20.00", active: false });
    const { renewals } = wallet("2026-03-12", payments);
    expect(renewals).toEqual([
      {
        on: "2026-03-12",
        from: "2026-03-12",
        to: "2026-04-12",
        cost: "30.00",
        explanation: "full period, 30.00",
      },
    ]);
  });

  it("moves its expiry on payment after it lapsed", () => {
    const payments = [pay("2026-01-10", "30.00"), pay("2026-02-20", "30.00")];
    expect(wallet("2026-02-20", payments)).toMatchObject({
      expires: "2026-03-20",
      balance: "0.00",
      active: true,
    });
    expect(wallet("2026-02-19", payments)).toMatchObject({ expires: "2026-02-10", active: false });
  });

  it("keeps its dates after it lapsed where the tenant says so, and catches up", () => {
    const payments = [pay("2026-01-10", "30.00"), pay("2026-02-20", "30.00")];
    expect(wallet("2026-02-20", payments, month, { renewalFrom: "expiry" })).toMatchObject({
      expires: "2026-03-10",
      active: true,
    });
    const late = [pay("2026-01-10", "30.00"), pay("2026-03-20", "60.00")];
    expect(wallet("2026-03-20", late, month, { renewalFrom: "expiry" })).toMatchObject({
      expires: "2026-04-10",
      balance: "0.00",
    });
  });

  it("keeps a payment into a running service for the renewal", () => {
    const payments = [pay("2026-01-10", "30.00"), pay("2026-01-20", "30.00")];
    expect(wallet("2026-01-20", payments)).toMatchObject({ balance: "30.00", expires: "2026-02-10" });
    expect(wallet("2026-02-10", payments)).toMatchObject({ balance: "0.00", expires: "2026-03-10" });
    expect(wallet("2026-02-10", [...payments, pay("2026-02-10", "5.00")])).toMatchObject({
      balance: "5.00",
      expires: "2026-03-10",
    });
  });

  it("buys single days with less than the price", () => {
    const service = { ...month, partialRenewal: true };
    const { renewals, balance, expires } = wallet("2026-03-01", [pay("2026-03-01", "10.00")], service);
    expect(renewals).toEqual([
      {
        on: "2026-03-01",
        from: "2026-03-01",
        to: "2026-03-11",
        cost: "9.68",
        explanation: "days 10 of 31, rate 30.00, rounded once",
      },
    ]);
    expect([balance, expires]).toEqual(["0.32", "2026-03-11"]);
    const rest = wallet("2026-03-05", [pay("2026-03-01", "10.00"), pay("2026-03-05", "25.00")], service);
    expect(rest).toMatchObject({ balance: "25.32", expires: "2026-03-11" });
    const later = wallet("2026-03-11", [pay("2026-03-01", "10.00"), pay("2026-03-05", "25.00")], service);
    expect(later).toMatchObject({ balance: "5.00", expires: "2026-04-01", active: true });
    expect(wallet("2026-03-01", [pay("2026-03-01", "0.96")], service)).toMatchObject({
      expires: null,
      balance: "0.96",
    });
    expect(wallet("2026-03-01", [pay("2026-03-01", "0.97")], service)).toMatchObject({
      expires: "2026-03-02",
      balance: "0.00",
    });
  });

  it("renews on its expiry before a payment of a later day is counted", () => {
    const payments = [pay("2026-01-10", "60.00"), pay("2026-02-20", "30.00")];
    const { renewals, balance } = wallet("2026-02-20", payments);
    expect(renewals.map(({ on }: { on: string }) => on)).toEqual(["2026-01-10", "2026-02-10"]);
    expect(balance).toBe("30.00");
    expect(wallet("2026-02-10", [pay("2026-01-10", "30.00"), pay("2026-02-10", "30.00")])).toMatchObject({
      renewals: [{ on: "2026-01-10" }, { on: "2026-02-10", from: "2026-02-10" }],
    });
  });

  it("never had service before its first payment, in whatever mode", () => {
    expect(
      wallet("2026-01-05", [pay("2026-01-10", "30.00")], month, { renewalFrom: "expiry" }),
    ).toMatchObject({ active: false, expires: null });
    expect(
      wallet("2026-01-10", [pay("2026-01-10", "30.00")], month, { renewalFrom: "expiry" }),
    ).toMatchObject({ active: true, expires: "2026-02-10" });
  });

  it("refuses a service for nothing", () => {
    expect(wallet("2026-03-01", [], { ...month, price: "0.00" }).faults).toEqual([
      expect.stringMatching(/price above 0; found 0.00/),
    ]);
  });
});
