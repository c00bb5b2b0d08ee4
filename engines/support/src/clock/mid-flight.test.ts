import { describe, expect, it } from "vitest";
import {
  agreement,
  always,
  change,
  clock,
  customer,
  office,
  state,
  target,
  ticket,
} from "./testing/ticket.ts";

const low = agreement({ solution: target(480) }, office, "low");
const high = agreement({ solution: target(240) }, office, "high");
const critical = agreement({ solution: target(240) }, always, "critical");
const raised = ticket(low, [["Mon 12:00", change(high)]]);
const onCall = ticket(low, [["Tue 10:00", change(critical)]]);

describe("a change of priority or calendar", () => {
  it("counts the used time against the new target", () => {
    expect(clock("solution", raised, "Mon 11:59")).toMatchObject({ due: "Tue 10:00" });
    expect(clock("solution", raised, "Mon 12:00")).toMatchObject({ due: "Mon 14:00", left: 120, used: 120 });
  });

  it("counts the used time in the old hours, and continues in the new ones", () => {
    const late = ticket(low, [["Mon 12:00", change(critical)]]);
    expect(clock("solution", late, "Mon 12:30")).toMatchObject({ due: "Mon 14:00", used: 150 });
    expect(clock("solution", onCall, "Tue 10:00")).toMatchObject({ due: "Mon 14:00", used: 480, left: -240 });
    const slow = ticket(critical, [["Mon 12:00", change(low)]]);
    expect(clock("solution", slow, "Mon 13:00")).toMatchObject({ due: "Tue 10:00", used: 180 });
  });

  it("is judged again by the new terms: the due time may be past at once, or in the future again", () => {
    const shorter = agreement({ solution: target(60) });
    expect(clock("solution", ticket(low, [["Mon 12:00", change(shorter)]]), "Mon 12:00")).toMatchObject({
      due: "Mon 11:00",
      breached: true,
      left: -60,
    });
    expect(clock("solution", ticket(shorter, [["Mon 12:00", change(low)]]), "Mon 12:00")).toMatchObject({
      due: "Tue 10:00",
      breached: false,
      left: 360,
    });
  });

  it("counts all time again in the new hours when the tenant's setting says so", () => {
    const settings = { midFlight: "from-start" } as const;
    expect(clock("solution", onCall, "Tue 10:00", settings)).toMatchObject({
      due: "Mon 14:00",
      used: 1440,
      left: -1200,
    });
    const relaxed = ticket(critical, [["Tue 09:00", change(low)]]);
    expect(clock("solution", relaxed, "Tue 09:30", settings)).toMatchObject({ used: 450, due: "Tue 10:00" });
    expect(clock("solution", relaxed, "Tue 09:30")).toMatchObject({ used: 1410, due: "Mon 18:00" });
  });

  it("starts the clock again when the tenant's setting says so", () => {
    const settings = { midFlight: "from-change" } as const;
    expect(clock("solution", raised, "Mon 13:00", settings)).toMatchObject({
      started: "Mon 12:00",
      due: "Mon 16:00",
      used: 60,
    });
    expect(clock("solution", ticket(low), "Mon 13:00", settings)).toMatchObject({ started: "Mon 10:00" });
    const confirmed = ticket(low, [["Mon 11:30", change(low)]]);
    expect(clock("solution", confirmed, "Mon 13:00", settings)).toMatchObject({ started: "Mon 10:00" });
    const asked = ticket(low, [
      ["Mon 12:00", change(high)],
      ["Mon 12:30", customer],
    ]);
    expect(clock("solution", asked, "Mon 13:00", settings)).toMatchObject({ started: "Mon 12:00" });
    const closed = ticket(low, [
      ["Mon 12:00", change(high)],
      ["Mon 13:00", state("closed")],
      ["Mon 14:00", change(low)],
    ]);
    expect(clock("solution", closed, "Mon 15:00", settings)).toMatchObject({
      state: "met",
      started: "Mon 12:00",
      used: 60,
      left: 180,
    });
    const onTheSecond = ticket(low, [
      ["Mon 13:00", state("closed")],
      ["Mon 13:00", change(high)],
    ]);
    expect(clock("solution", onTheSecond, "Mon 15:00", settings)).toMatchObject({ used: 180, left: 300 });
  });

  it("pauses by the states of the old agreement before it", () => {
    const never = agreement({ solution: { minutes: 480, pausedIn: [], escalations: [] } });
    const facts = ticket(low, [
      ["Mon 11:00", state("pending")],
      ["Mon 12:00", change(never)],
    ]);
    expect(clock("solution", facts, "Mon 13:00")).toMatchObject({ state: "running", used: 120 });
    expect(clock("solution", facts, "Mon 13:00", { midFlight: "from-start" })).toMatchObject({ used: 180 });
  });

  it("counts no time before a promise, unless all time is counted again", () => {
    const facts = ticket(agreement({}), [["Mon 12:00", change(low)]]);
    expect(clock("solution", facts, "Mon 13:00")).toMatchObject({ used: 60, due: "Tue 12:00" });
    expect(clock("solution", facts, "Mon 13:00", { midFlight: "from-start" })).toMatchObject({ used: 180 });
  });

  it("in the future is not applied yet", () => {
    expect(clock("solution", raised, "Mon 11:00")).toMatchObject({ left: 420 });
  });
});
