import { describe, expect, it } from "vitest";
import { agent, agreement, change, clock, customer, state, target, ticket } from "./testing/ticket.ts";

const gold = agreement({ firstResponse: target(120) });
const first = (happened: Parameters<typeof ticket>[1], at: string, more = {}) =>
  clock("firstResponse", ticket(gold, happened, more), at);

describe("the first response", () => {
  it("is due after its working time, and shows the remaining time", () => {
    expect(first([], "Mon 10:00")).toEqual({
      cycle: 1,
      state: "running",
      started: "Mon 10:00",
      ended: undefined,
      due: "Mon 12:00",
      breached: false,
      left: 120,
      used: 0,
    });
    expect(first([], "Mon 11:59:59")).toMatchObject({ breached: false, left: 1 / 60 });
    expect(first([], "Mon 12:00")).toMatchObject({ breached: true, left: 0, due: "Mon 12:00" });
    expect(first([], "Tue 09:30")).toMatchObject({ breached: true, left: -330, used: 450 });
  });

  it("is met by the first public reply of an agent, for good", () => {
    const reply = first(
      [
        ["Mon 11:00", agent],
        ["Mon 15:00", agent],
      ],
      "Tue 12:00",
    );
    expect(reply).toMatchObject({ state: "met", ended: "Mon 11:00", breached: false, left: 60, used: 60 });
  });

  it("is not met before the reply", () => {
    expect(first([["Mon 11:00", agent]], "Mon 10:59")).toMatchObject({ state: "running", left: 61 });
    expect(first([["Mon 11:00", agent]], "Mon 11:00")).toMatchObject({ state: "met", left: 60 });
  });

  it.each([
    ["an internal note", { ...agent, public: false }],
    ["an automatic reply", { ...agent, automatic: true }],
    ["another message of the customer", customer],
  ] as const)("is not met by %s", (_, message) => {
    expect(first([["Mon 11:00", message]], "Mon 12:30")).toMatchObject({ state: "running", breached: true });
  });

  it("is in time on the due second, and late one second after it", () => {
    expect(first([["Mon 12:00", agent]], "Mon 13:00")).toMatchObject({ breached: false, left: 0 });
    expect(first([["Mon 12:00:01", agent]], "Mon 13:00")).toMatchObject({ breached: true, left: -1 / 60 });
  });

  it("that is due at the end of a working day is late on the next, although no working time has passed", () => {
    const facts = ticket(agreement({ firstResponse: target(420) }), [["Tue 09:00", agent]]);
    expect(clock("firstResponse", facts, "Tue 10:00")).toMatchObject({
      due: "Mon 17:00",
      breached: true,
      left: 0,
    });
  });

  it("is met at once on a ticket that an agent opened", () => {
    expect(first([], "Mon 12:00", { openedBy: "agent" })).toMatchObject({
      state: "met",
      ended: "Mon 10:00",
      used: 0,
    });
  });

  it("is not owed while the ticket is closed, and continues when it is opened again", () => {
    const happened = [
      ["Mon 11:00", state("closed")],
      ["Mon 15:00", state("open")],
    ] as const;
    expect(first(happened, "Mon 12:30")).toMatchObject({
      state: "stopped",
      ended: "Mon 11:00",
      due: undefined,
      breached: false,
      used: 60,
    });
    expect(first(happened, "Mon 15:30")).toMatchObject({ state: "running", due: "Mon 16:00", used: 90 });
    expect(first([...happened, ["Mon 16:30", state("merged")]], "Tue 12:00")).toMatchObject({
      state: "stopped",
      ended: "Mon 16:30",
      breached: true,
      used: 150,
    });
  });

  it("stops at the first of several states in which nothing is owed", () => {
    const happened = [
      ["Mon 11:00", state("closed")],
      ["Mon 11:30", state("merged")],
    ] as const;
    expect(first(happened, "Tue 12:00")).toMatchObject({ ended: "Mon 11:00" });
  });

  it("stays breached when the ticket is closed after the breach", () => {
    expect(first([["Mon 14:00", state("closed")]], "Tue 12:00")).toMatchObject({
      state: "stopped",
      breached: true,
      left: -120,
    });
    expect(first([["Mon 12:00", state("closed")]], "Tue 12:00")).toMatchObject({ breached: false, left: 0 });
  });

  it("has no clock without a promise", () => {
    expect(clock("firstResponse", ticket(agreement({ solution: target(60) })), "Mon 12:00")).toBeUndefined();
    expect(first([["Mon 11:00", change(agreement({}))]], "Mon 12:00")).toBeUndefined();
  });

  it("is judged by the agreement at the time of the reply", () => {
    const bronze = agreement({ firstResponse: target(30) });
    expect(
      first(
        [
          ["Mon 11:00", agent],
          ["Mon 11:30", change(bronze)],
        ],
        "Mon 12:00",
      ),
    ).toMatchObject({ state: "met", left: 60, breached: false });
  });
});
