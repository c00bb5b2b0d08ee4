import { describe, expect, it } from "vitest";
import type { SlaSettings } from "../settings.ts";
import {
  agent,
  agreement,
  change,
  clock,
  customer,
  standing,
  state,
  target,
  ticket,
  told,
} from "./testing/ticket.ts";

const gold = agreement({ update: target(120) });
const both = agreement({ firstResponse: target(60), update: target(120) });

function update(happened: Parameters<typeof ticket>[1], at: string, settings: Partial<SlaSettings> = {}) {
  return clock("update", ticket(gold, happened), at, settings);
}

function earlier(happened: Parameters<typeof ticket>[1], at: string, settings: Partial<SlaSettings> = {}) {
  return standing(ticket(gold, happened), at, settings).earlier.map(told);
}

describe("an update that an agent owes", () => {
  it("runs from the opening when no first response is promised", () => {
    expect(update([], "Mon 11:00")).toMatchObject({
      state: "running",
      started: "Mon 10:00",
      due: "Mon 12:00",
    });
  });

  it("waits for the first response when one is promised, or runs beside it", () => {
    const asked = ticket(both, [["Mon 10:10", customer]]);
    expect(clock("update", asked, "Mon 11:00")).toBeUndefined();
    expect(clock("update", asked, "Mon 11:00", { updateStarts: "at-opening" })).toMatchObject({
      started: "Mon 10:00",
    });
    const answered = ticket(both, [
      ["Mon 10:30", agent],
      ["Mon 11:30", customer],
    ]);
    expect(clock("update", answered, "Mon 11:00")).toBeUndefined();
    expect(clock("update", answered, "Mon 12:00")).toMatchObject({ cycle: 1, started: "Mon 11:30" });
  });

  it("stops with a ticket that is merged in the second in which it was opened", () => {
    expect(update([["Mon 10:00", state("merged")]], "Mon 11:00")).toMatchObject({
      cycle: 1,
      state: "stopped",
      ended: "Mon 10:00",
    });
  });

  it("has no clock when a new agreement promises none, and the one before is listed as earlier", () => {
    const dropped = ticket(gold, [
      ["Mon 10:30", agent],
      ["Mon 11:00", customer],
      ["Mon 11:00", change(agreement({ solution: target(60) }))],
    ]);
    const { clocks, earlier: before } = standing(dropped, "Mon 11:30");
    expect(clocks.map((one) => one.target)).toEqual(["solution"]);
    expect(before.map(told)).toMatchObject([{ cycle: 1, state: "met", ended: "Mon 10:30" }]);
  });

  it("is not moved by a further message of the customer, but by an agent's reply", () => {
    const asked = [
      ["Mon 11:00", customer],
      ["Mon 11:30", customer],
    ] as const;
    expect(update(asked, "Mon 11:45")).toMatchObject({ cycle: 1, due: "Mon 12:00" });
    const answered = [...asked, ["Mon 11:50", agent], ["Mon 13:00", customer]] as const;
    expect(update(answered, "Mon 12:30")).toMatchObject({ cycle: 1, state: "met", left: 10 });
    expect(update(answered, "Mon 13:30")).toMatchObject({ cycle: 2, state: "running", due: "Mon 15:00" });
    expect(earlier(answered, "Mon 13:30")).toMatchObject([{ cycle: 1, state: "met", ended: "Mon 11:50" }]);
  });

  it.each([
    ["an internal note", { ...agent, public: false }],
    ["an automatic reply", { ...agent, automatic: true }],
  ] as const)("is not done by %s", (_, message) => {
    expect(update([["Mon 11:00", message]], "Mon 11:30")).toMatchObject({
      state: "running",
      due: "Mon 12:00",
    });
  });

  it("is not started by an automatic message of the customer", () => {
    const away = [
      ["Mon 11:00", agent],
      ["Mon 11:01", { ...customer, automatic: true }],
    ] as const;
    expect(update(away, "Mon 11:30")).toMatchObject({ cycle: 1, state: "met" });
  });

  it("ends with the ticket, and begins with the next question", () => {
    const closed = [["Mon 11:00", state("closed")]] as const;
    expect(update(closed, "Mon 15:00")).toMatchObject({ state: "stopped", ended: "Mon 11:00", used: 60 });
    const again = [...closed, ["Mon 14:00", customer], ["Mon 14:30", state("open")]] as const;
    expect(update(again, "Mon 14:15")).toMatchObject({ cycle: 2, state: "stopped", used: 0, due: undefined });
    expect(update(again, "Mon 15:00")).toMatchObject({ cycle: 2, state: "running", due: "Mon 16:30" });
    const noted = [...again, ["Mon 14:10", { ...agent, public: false }]] as const;
    expect(update(noted, "Mon 15:00")).toMatchObject({ cycle: 2, started: "Mon 14:00", ended: undefined });
  });

  it.each(["closed", "merged"])("goes on without the time in which the ticket was %s by mistake", (name) => {
    const promised = agreement({ firstResponse: target(60), update: target(60) });
    const happened = [
      ["Mon 10:10", agent],
      ["Mon 11:00", customer],
      ["Mon 11:10", state(name)],
    ] as const;
    const reopened = ticket(promised, [...happened, ["Mon 11:20", state("open")]]);
    expect(clock("update", reopened, "Mon 11:15")).toMatchObject({ cycle: 1, state: "stopped", used: 10 });
    expect(clock("update", reopened, "Mon 13:10")).toMatchObject({
      ...{ cycle: 1, state: "running", started: "Mon 11:00", due: "Mon 12:10", breached: true, used: 120 },
    });
    const answered = ticket(promised, [...happened, ["Mon 11:15", agent], ["Mon 11:20", state("open")]]);
    expect(clock("update", answered, "Mon 13:10")).toMatchObject({ cycle: 1, state: "stopped" });
    const both = clock("update", reopened, "Mon 13:10", { updateRuns: "both" });
    expect(both).toMatchObject({ cycle: 2, started: "Mon 11:00", due: "Mon 12:10" });
  });

  it("excludes the pauses before it", () => {
    const paused = [
      ["Mon 10:15", state("pending")],
      ["Mon 11:00", state("open")],
      ["Mon 11:30", agent],
      ["Mon 12:00", customer],
    ] as const;
    const [second] = standing(ticket(gold, paused), "Mon 13:00").clocks;
    expect(second?.spent).toEqual({ working: 3600, pausedWorking: 0, pausedWall: 0, wall: 3600 });
    const [first] = standing(ticket(gold, paused), "Mon 13:00").earlier;
    expect(first?.spent).toEqual({ working: 2700, pausedWorking: 2700, pausedWall: 2700, wall: 5400 });
  });

  it("stops for a question in the second in which the ticket is closed, as a second later", () => {
    const happened = [
      ["Mon 11:00", agent],
      ["Mon 12:00", customer],
      ["Mon 12:00", state("closed")],
    ] as const;
    expect(update(happened, "Mon 13:00")).toMatchObject({ cycle: 2, state: "stopped", ended: "Mon 12:00" });
  });

  it("ends when the ticket is merged", () => {
    expect(update([["Mon 13:00", state("merged")]], "Mon 15:00")).toMatchObject({
      state: "stopped",
      ended: "Mon 13:00",
      breached: true,
    });
  });
});

describe("updates between replies", () => {
  const settings = { updateRuns: "between-replies" } as const;

  it("run from reply to reply, independent of the customer's messages", () => {
    const happened = [
      ["Mon 11:00", agent],
      ["Mon 11:30", customer],
      ["Mon 14:00", agent],
    ] as const;
    expect(update(happened, "Mon 10:30", settings)).toMatchObject({ cycle: 1, started: "Mon 10:00" });
    expect(update(happened, "Mon 12:00", settings)).toMatchObject({ cycle: 2, due: "Mon 13:00" });
    expect(update(happened, "Mon 15:00", settings)).toMatchObject({ cycle: 3, due: "Mon 16:00" });
    expect(earlier(happened, "Mon 15:00", settings)).toMatchObject([
      { cycle: 1, breached: false },
      { cycle: 2, breached: true, ended: "Mon 14:00" },
    ]);
  });

  it("begin again when a ticket is opened again, and not while it is closed", () => {
    const happened = [
      ["Mon 11:00", agent],
      ["Mon 11:30", state("closed")],
      ["Mon 12:00", agent],
      ["Mon 13:00", state("open")],
    ] as const;
    expect(update(happened, "Mon 12:30", settings)).toMatchObject({ cycle: 2, state: "stopped" });
    expect(update(happened, "Mon 13:30", settings)).toMatchObject({ cycle: 3, started: "Mon 13:00" });
    expect(update(happened, "Mon 13:30")).toMatchObject({ cycle: 1, state: "met" });
  });

  it("begin with the first reply, not when the ticket is opened again before it", () => {
    const facts = ticket(both, [
      ["Mon 10:10", state("closed")],
      ["Mon 10:20", state("open")],
    ]);
    expect(clock("update", facts, "Mon 10:30", settings)).toBeUndefined();
  });
});

describe("updates after either side's message", () => {
  const settings = { updateRuns: "both" } as const;

  it("run from the last reply, or from the first question after it", () => {
    const happened = [
      ["Mon 11:00", agent],
      ["Mon 12:00", customer],
      ["Mon 13:00", customer],
    ] as const;
    expect(update(happened, "Mon 11:30", settings)).toMatchObject({ cycle: 2, due: "Mon 13:00" });
    expect(update(happened, "Mon 12:30", settings)).toMatchObject({ cycle: 3, due: "Mon 14:00" });
    expect(update(happened, "Mon 13:30", settings)).toMatchObject({ cycle: 3, due: "Mon 14:00" });
  });

  it("stay breached when one was late before the question", () => {
    const happened = [
      ["Mon 11:00", agent],
      ["Mon 14:00", customer],
    ] as const;
    expect(earlier(happened, "Mon 15:00", settings)).toMatchObject([
      { cycle: 1, state: "met", breached: false },
      { cycle: 2, state: "stopped", ended: "Mon 14:00", due: "Mon 13:00", breached: true },
    ]);
  });

  it("begin when a ticket is opened again, until the next question", () => {
    const happened = [
      ["Mon 11:00", agent],
      ["Mon 11:30", state("closed")],
      ["Mon 13:00", state("open")],
      ["Mon 13:30", customer],
    ] as const;
    expect(update(happened, "Mon 13:15", settings)).toMatchObject({ cycle: 3, due: "Mon 15:00" });
    expect(update(happened, "Mon 13:45", settings)).toMatchObject({ cycle: 4, due: "Mon 15:30" });
  });

  it("run from the opening until the first reply", () => {
    expect(update([["Mon 11:00", customer]], "Mon 11:30", settings)).toMatchObject({ due: "Mon 12:00" });
  });
});
