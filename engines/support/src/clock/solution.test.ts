import { describe, expect, it } from "vitest";
import type { SlaSettings } from "../settings.ts";
import { agent, agreement, clock, standing, state, target, ticket, told } from "./testing/ticket.ts";

const gold = agreement({ solution: target(240) });
const reopened = [
  ["Mon 12:00", state("closed")],
  ["Tue 10:00", state("open")],
] as const;

function solution(happened: Parameters<typeof ticket>[1], at: string, settings: Partial<SlaSettings> = {}) {
  return clock("solution", ticket(gold, happened), at, settings);
}

describe("the solution", () => {
  it("is met by closing, not by a reply", () => {
    expect(solution([["Mon 11:00", agent]], "Mon 12:00")).toMatchObject({ state: "running", used: 120 });
    expect(solution(reopened, "Mon 15:00")).toMatchObject({ state: "met", ended: "Mon 12:00", left: 120 });
  });

  it("continues from its used time when the ticket is opened again", () => {
    expect(solution(reopened, "Tue 11:00")).toMatchObject({
      cycle: 1,
      state: "running",
      started: "Mon 10:00",
      due: "Tue 12:00",
      used: 180,
    });
    const closedAgain = [...reopened, ["Tue 13:00", state("closed")]] as const;
    expect(solution(closedAgain, "Wed 12:00")).toMatchObject({ state: "met", breached: true, left: -60 });
  });

  it("starts again when the tenant's setting says so", () => {
    const settings = { reopened: "restart" } as const;
    expect(solution(reopened, "Tue 11:00", settings)).toMatchObject({
      cycle: 2,
      started: "Tue 10:00",
      due: "Tue 14:00",
    });
    expect(standing(ticket(gold, reopened), "Tue 11:00", settings).earlier.map(told)).toMatchObject([
      { cycle: 1, state: "met", used: 120 },
    ]);
  });

  it("stays met when the tenant's setting says so", () => {
    expect(solution(reopened, "Tue 11:00", { reopened: "stays-met" })).toMatchObject({
      state: "met",
      ended: "Mon 12:00",
    });
    const twice = [...reopened, ["Tue 13:00", state("closed")]] as const;
    expect(solution(twice, "Wed 11:00", { reopened: "stays-met" })).toMatchObject({ ended: "Mon 12:00" });
  });

  it.each(["continue", "restart", "stays-met"] as const)(
    "of a merged ticket is no longer owed, unless the ticket is separated again (%s)",
    (choice) => {
      const merged = [
        ["Mon 11:00", state("merged")],
        ["Mon 15:00", state("open")],
      ] as const;
      expect(solution(merged, "Mon 14:00", { reopened: choice })).toMatchObject({
        state: "stopped",
        ended: "Mon 11:00",
        due: undefined,
        used: 60,
      });
      expect(solution(merged, "Mon 16:00", { reopened: choice })).toMatchObject({
        cycle: 1,
        state: "running",
        used: 120,
      });
    },
  );

  it("is met by the first closing of several, and by one of a merged ticket", () => {
    const closed = [
      ["Mon 12:00", state("closed")],
      ["Mon 13:00", state("closed")],
      ["Mon 14:00", state("merged")],
    ] as const;
    expect(solution(closed, "Mon 16:00")).toMatchObject({ state: "met", ended: "Mon 12:00" });
    const merged = [
      ["Mon 12:00", state("merged")],
      ["Mon 13:00", state("removed")],
    ] as const;
    expect(solution(merged, "Mon 16:00")).toMatchObject({ state: "stopped", ended: "Mon 12:00" });
    expect(solution([...merged, ["Mon 15:00", state("closed")]], "Mon 16:00")).toMatchObject({
      state: "met",
      ended: "Mon 15:00",
      used: 120,
    });
  });

  it("of a ticket that is created closed is met at once", () => {
    expect(clock("solution", ticket(gold, [], { state: "closed" }), "Mon 12:00")).toMatchObject({
      state: "met",
      ended: "Mon 10:00",
    });
  });

  it("uses the tenant's own states", () => {
    const own = { closedStates: ["done"], mergedStates: ["spam"] };
    expect(solution([["Mon 11:00", state("done")]], "Mon 12:00", own)).toMatchObject({ state: "met" });
    expect(solution([["Mon 11:00", state("closed")]], "Mon 12:00", own)).toMatchObject({ state: "running" });
    expect(solution([["Mon 11:00", state("spam")]], "Mon 12:00", own)).toMatchObject({ state: "stopped" });
  });
});
