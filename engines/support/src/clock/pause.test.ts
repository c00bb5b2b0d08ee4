import { describe, expect, it } from "vitest";
import { agreement, clock, standing, state, target, ticket } from "./testing/ticket.ts";

const gold = agreement({ solution: target(240) });
const pending = [
  ["Mon 11:00", state("pending")],
  ["Mon 13:30", state("open")],
] as const;

describe("a pause", () => {
  it("stops the clock, which has no due time until it goes on", () => {
    expect(clock("solution", ticket(gold, pending), "Mon 13:00")).toMatchObject({
      state: "paused",
      due: undefined,
      left: 180,
      used: 60,
      breached: false,
    });
  });

  it("moves the due time by the working time of the pause", () => {
    expect(clock("solution", ticket(gold, pending), "Mon 10:30")).toMatchObject({ due: "Mon 14:00" });
    expect(clock("solution", ticket(gold, pending), "Mon 13:30")).toMatchObject({
      state: "running",
      due: "Mon 16:30",
    });
    const overnight = [
      ["Mon 16:00", state("pending")],
      ["Tue 10:00", state("open")],
    ] as const;
    const night = agreement({ solution: target(480) });
    expect(clock("solution", ticket(night, overnight), "Tue 10:00")).toMatchObject({
      due: "Tue 12:00",
      left: 120,
    });
  });

  it("shows the working time, the paused time and the whole time", () => {
    const [clocks] = [standing(ticket(gold, pending), "Mon 18:00").clocks];
    expect(clocks[0]?.spent).toEqual({
      working: 270 * 60,
      pausedWorking: 150 * 60,
      pausedWall: 150 * 60,
      wall: 480 * 60,
    });
    const late = [["Mon 16:00", state("pending")]] as const;
    expect(standing(ticket(gold, late), "Tue 10:00").clocks[0]?.spent).toEqual({
      working: 360 * 60,
      pausedWorking: 120 * 60,
      pausedWall: 18 * 3600,
      wall: 24 * 3600,
    });
  });

  it("does not undo a breach", () => {
    const late = [["Mon 15:00", state("pending")]] as const;
    expect(clock("solution", ticket(gold, late), "Mon 16:00")).toMatchObject({
      state: "paused",
      due: "Mon 14:00",
      breached: true,
      left: -60,
    });
  });

  it("that begins in the due second is too late", () => {
    const just = [["Mon 14:00", state("pending")]] as const;
    expect(clock("solution", ticket(gold, just), "Mon 16:00")).toMatchObject({ breached: true, left: 0 });
  });

  it("is separate for each target", () => {
    const own = agreement({
      firstResponse: { minutes: 60, pausedIn: [], escalations: [] },
      solution: { minutes: 60, pausedIn: ["pending", "vendor"], escalations: [] },
    });
    const facts = ticket(own, [["Mon 10:30", state("vendor")]]);
    expect(clock("firstResponse", facts, "Mon 10:50")).toMatchObject({ state: "running", used: 50 });
    expect(clock("solution", facts, "Mon 10:50")).toMatchObject({ state: "paused", used: 30 });
  });

  it("may exist from the start", () => {
    const facts = ticket(gold, [["Mon 12:00", state("open")]], { state: "pending" });
    expect(clock("solution", facts, "Mon 11:00")).toMatchObject({ state: "paused", used: 0, due: undefined });
    expect(clock("solution", facts, "Mon 13:00")).toMatchObject({ state: "running", due: "Mon 16:00" });
  });

  it("is separate from the working hours: a running clock reports whether they hold", () => {
    const working = (at: string) => standing(ticket(gold), at).clocks[0]?.working;
    expect([working("Mon 16:59"), working("Mon 17:00"), working("Tue 09:00")]).toEqual([true, false, true]);
  });
});
