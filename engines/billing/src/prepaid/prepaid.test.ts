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

  it("keeps its anchor when the money comes on the day of expiry", () => {
    const first = pay("2026-01-31", "30.00");
    const ends = (...later: object[]) =>
      wallet("2026-04-30", [first, ...later]).renewals.map(({ to }: { to: string }) => to);
    expect(ends(pay("2026-02-28", "30.00"))).toEqual(["2026-02-28", "2026-03-31"]);
    expect(ends(pay("2026-02-28", "10.00"), pay("2026-02-28", "20.00"))).toEqual([
      "2026-02-28",
      "2026-03-31",
    ]);
    expect(ends(pay("2026-02-28", "10.00"), pay("2026-03-01", "20.00"))).toEqual([
      "2026-02-28",
      "2026-04-01",
    ]);
  });

  it("waits for enough money, in any order of the payments", () => {
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

  it("takes the payments of one day in the order of their instants", () => {
    const partly = { price: "31.00", cycle: { unit: "month" }, partialRenewal: true };
    const payments = [
      { at: "2026-03-01T12:00:00Z", amount: "21.00" },
      { at: "2026-03-01T08:00:00Z", amount: "10.00" },
    ];
    expect(wallet("2026-03-01", payments, partly).renewals[0].cost).toBe("10.00");
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

  it("keeps its dates after it lapsed when the tenant's setting says so, and catches up", () => {
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

  it("dates no renewal before the payment that pays for it", () => {
    const late = [pay("2026-03-01", "30.00"), pay("2026-06-15", "60.00")];
    const { renewals } = wallet("2026-06-15", late, month, { renewalFrom: "expiry" });
    const datesOf = ({ on, from, to }: { on: string; from: string; to: string }) => `${on}: ${from}/${to}`;
    expect(renewals.map(datesOf)).toEqual([
      "2026-03-01: 2026-03-01/2026-04-01",
      "2026-06-15: 2026-04-01/2026-05-01",
      "2026-06-15: 2026-05-01/2026-06-01",
    ]);
    const ahead = [...late, pay("2026-06-20", "70.00")];
    const later = wallet("2026-07-01", ahead, month, { renewalFrom: "expiry" }).renewals;
    expect(later.slice(3).map(datesOf)).toEqual([
      "2026-06-20: 2026-06-01/2026-07-01",
      "2026-07-01: 2026-07-01/2026-08-01",
    ]);
  });

  it("sells the last day at the same price as the first: all money paid for all days bought", () => {
    const three = { price: "1.00", cycle: { unit: "day", count: 3 }, partialRenewal: true };
    const expiresAfter = (...amounts: string[]) =>
      wallet(
        "2026-03-03",
        amounts.map((amount, day) => pay(`2026-03-0${day + 1}`, amount)),
        three,
      ).expires;
    // A day is worth 0.33333: 0.33 is less, 0.34 is more.
    expect(expiresAfter("0.33")).toBeNull();
    expect(expiresAfter("0.34")).toBe("2026-03-02");
    expect(expiresAfter("0.34", "0.32")).toBe("2026-03-02");
    expect(expiresAfter("0.34", "0.33")).toBe("2026-03-03");
    expect(expiresAfter("0.34", "0.33", "0.32")).toBe("2026-03-03");
    expect(expiresAfter("0.34", "0.33", "0.33")).toBe("2026-03-04");
    expect(expiresAfter("0.99")).toBe("2026-03-03");
    expect(expiresAfter("1.00")).toBe("2026-03-04");
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

  it("never had service before its first payment, in any mode", () => {
    expect(
      wallet("2026-01-05", [pay("2026-01-10", "30.00")], month, { renewalFrom: "expiry" }),
    ).toMatchObject({ active: false, expires: null });
    expect(
      wallet("2026-01-10", [pay("2026-01-10", "30.00")], month, { renewalFrom: "expiry" }),
    ).toMatchObject({ active: true, expires: "2026-02-10" });
  });

  it("refuses a service with a price of zero", () => {
    expect(wallet("2026-03-01", [], { ...month, price: "0.00" }).faults).toEqual([
      expect.stringMatching(/price above 0; found 0.00/),
    ]);
  });

  describe("buys only the time that the balance pays for", () => {
    const hours = { unit: "hour", count: 720 };
    const partly = (price: string, cycle: object) => ({ price, cycle, partialRenewal: true });
    const at = (amount: string) => [{ at: "2026-03-01T00:00:00Z", amount }];

    it.each([
      ["0.00", null, 0],
      ["0.01", "2026-03-01T02:00:00Z", 1],
      ["1.00", "2026-03-09T13:00:00Z", 1],
    ])("of 720 hours for 3.50, %s", (amount, expires, count) => {
      const { renewals, ...state } = wallet("2026-06-01", at(amount), partly("3.50", hours));
      expect(state).toEqual({ balance: "0.00", expires, active: false });
      expect(renewals).toHaveLength(count);
    });

    it("takes a third of the time for a third of the price", () => {
      expect(wallet("2026-03-01", at("1.00"), partly("3.00", hours)).expires).toBe("2026-03-11T00:00:00Z");
      const yen = { currency: "JPY", service: partly("300", hours), payments: at("100"), date: "2026-03-01" };
      expect(run("prepaid", yen).expires).toBe("2026-03-11T00:00:00Z");
    });

    it("sells a period in parts for exactly its price", () => {
      const days = Array.from({ length: 30 }, (_, day) =>
        pay(`2026-04-${String(day + 1).padStart(2, "0")}`, "0.17"),
      );
      const { renewals, ...state } = wallet("2026-04-30", days, partly("5.00", { unit: "month" }));
      expect(renewals.slice(0, 3).map(({ cost }: { cost: string }) => cost)).toEqual([
        "0.17",
        "0.16",
        "0.17",
      ]);
      expect(renewals[1].explanation).toBe("days 1 of 30 after 1 already bought, rate 5.00, rounded once");
      expect(state).toEqual({ balance: "0.10", expires: "2026-05-01", active: true });
    });

    it("ends when the rest is worth less than the smallest unit of money", () => {
      const month = partly("0.10", { unit: "month" });
      expect(wallet("2026-12-31", [pay("2026-03-01", "0.05")], month)).toMatchObject({
        balance: "0.00",
        expires: "2026-03-16",
        active: false,
      });
      const penny = [pay("2026-03-01", "0.09"), pay("2026-03-05", "0.00")];
      expect(wallet("2026-12-31", penny, month)).toMatchObject({ expires: "2026-03-28", active: false });
    });
  });
});
