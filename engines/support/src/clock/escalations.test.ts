import { describe, expect, it } from "vitest";
import { faultOf } from "../testing/fault-of.ts";
import { Agreement } from "./terms/agreement.ts";
import type { EscalationRule } from "./terms/escalation-rule.ts";
import {
  agent,
  agreement,
  customer,
  office,
  shown,
  standing,
  state,
  target,
  ticket,
} from "./testing/ticket.ts";

const percent = (name: string, part: number): EscalationRule => ({ name, kind: "percent", percent: part });
const shift = (
  name: string,
  kind: "before" | "after",
  minutes: number,
  time: "working" | "wall" = "working",
): EscalationRule => ({ name, kind, minutes, time });

const rules = [
  percent("half", 50),
  shift("soon", "before", 30),
  percent("late", 150),
  shift("next morning", "after", 60),
  shift("evening", "after", 60, "wall"),
  shift("warned", "before", 90, "wall"),
];
/** Due on Monday at 17:00. */
const gold = agreement({ solution: target(420, ...rules) });

function escalations(happened: Parameters<typeof ticket>[1], at: string) {
  const [clock] = standing(ticket(gold, happened), at).clocks;
  return Object.fromEntries((clock?.escalations ?? []).map((one) => [one.name, shown(one.at)]));
}

function next(happened: Parameters<typeof ticket>[1], at: string, promised = gold) {
  const alarm = standing(ticket(promised, happened), at).next;
  return alarm && `${shown(alarm.at)} ${alarm.target} ${alarm.cycle} ${alarm.escalation ?? "due"}`;
}

describe("an escalation", () => {
  it("comes at a part of the target, or before or after it is due, in working or wall time", () => {
    expect(escalations([], "Mon 10:00")).toEqual({
      half: "Mon 13:30",
      soon: "Mon 16:30",
      late: "Tue 12:30",
      "next morning": "Tue 10:00",
      evening: "Mon 18:00",
      warned: "Mon 15:30",
    });
  });

  it("moves with a pause, and is unknown while the clock is paused, unless it came before", () => {
    const pending = [["Mon 14:00", state("pending")]] as const;
    expect(escalations(pending, "Mon 15:00")).toEqual({
      half: "Mon 13:30",
      soon: undefined,
      late: undefined,
      "next morning": undefined,
      evening: undefined,
      warned: undefined,
    });
    const resumed = [...pending, ["Mon 15:00", state("open")]] as const;
    expect(escalations(resumed, "Mon 15:00")).toMatchObject({ half: "Mon 13:30", soon: "Tue 09:30" });
  });

  it("in wall time continues while the overdue clock is paused", () => {
    const pending = [["Tue 09:30", state("pending")]] as const;
    expect(escalations(pending, "Tue 09:45")).toMatchObject({
      evening: "Mon 18:00",
      "next morning": undefined,
    });
  });

  it("that was not due before the clock ended does not come", () => {
    expect(escalations([["Mon 16:30", state("closed")]], "Mon 17:00")).toEqual({
      half: "Mon 13:30",
    });
    expect(escalations([["Mon 16:31", state("closed")]], "Mon 17:00")).toEqual({
      half: "Mon 13:30",
      soon: "Mon 16:30",
    });
  });

  it("comes with the start at the earliest", () => {
    const early = agreement({
      solution: target(60, shift("working", "before", 90), shift("wall", "before", 90, "wall")),
    });
    const [clock] = standing(ticket(early), "Mon 10:00").clocks;
    expect(clock?.escalations.map(({ at }) => shown(at))).toEqual(["Mon 10:00", "Mon 10:00"]);
  });

  it("at a part of the target that is not a whole second comes at the next second", () => {
    const odd = agreement({ solution: target(1, percent("third", 33)) });
    const [clock] = standing(ticket(odd), "Mon 10:00").clocks;
    expect(clock?.escalations.map(({ at }) => shown(at))).toEqual(["Mon 10:00:20"]);
  });
});

describe("the next alarm", () => {
  it("is the first later instant at which a clock needs attention", () => {
    expect(next([], "Mon 10:00")).toBe("Mon 13:30 solution 1 half");
    expect(next([], "Mon 13:30")).toBe("Mon 15:30 solution 1 warned");
    expect(next([], "Mon 16:30")).toBe("Mon 17:00 solution 1 due");
    expect(next([], "Mon 17:00")).toBe("Mon 18:00 solution 1 evening");
    expect(next([], "Tue 12:30")).toBeUndefined();
  });

  it("is empty while all clocks are paused or done", () => {
    expect(next([["Mon 12:00", state("pending")]], "Mon 13:00")).toBeUndefined();
    expect(next([["Mon 12:00", state("closed")]], "Mon 13:00")).toBeUndefined();
    expect(next([["Mon 13:45", state("closed")]], "Mon 13:45")).toBeUndefined();
  });

  it("is the earliest of all clocks, and the due time when both coincide", () => {
    const all = agreement({
      firstResponse: target(60),
      update: target(60, percent("all", 100)),
      solution: target(300),
    });
    expect(next([], "Mon 10:00", all)).toBe("Mon 11:00 firstResponse 1 due");
    const asked = [
      ["Mon 10:30", agent],
      ["Mon 11:00", customer],
      ["Mon 11:30", agent],
      ["Mon 12:00", customer],
    ] as const;
    expect(next(asked, "Mon 11:00", all)).toBe("Mon 12:00 update 1 due");
    expect(next(asked, "Mon 12:00", all)).toBe("Mon 13:00 update 2 due");
    expect(next([["Mon 10:30", agent]], "Mon 10:30", all)).toBe("Mon 15:00 solution 1 due");
  });
});

describe("an agreement", () => {
  it.each([
    [
      target(0),
      "gold, update: expected a whole number of minutes from 1 to 527040; found 0: write one of that range",
    ],
    [target(1.5), "found 1.5"],
    [target(527_041), "found 527041"],
    [target(60, percent("half", 0)), "gold, update, half: expected a whole number of percent from 1 to 1000"],
    [target(60, percent("half", 1001)), "found 1001"],
    [
      target(60, shift("soon", "before", -1)),
      "gold, update, soon: expected a whole number of minutes from 0",
    ],
    [target(60, shift("soon", "after", 527_041)), "found 527041"],
    [
      target(60, percent("a", 50), percent("a", 60)),
      'gold, update: expected every escalation to have its own name; found "a" twice: rename one',
    ],
  ])("is refused with a target out of range or a name twice", (update, message) => {
    expect(faultOf("TARGET_INVALID", () => Agreement.of("gold", office, { update }))).toContain(message);
  });

  it("is accepted with the values at the bounds", () => {
    const update = target(527_040, percent("a", 1), percent("b", 1000), shift("c", "after", 0));
    expect(Agreement.of("gold", office, { update: { ...update, minutes: 1 } }).name).toBe("gold");
    expect(Agreement.of("gold", office, { update }).targets.update?.minutes).toBe(527_040);
  });
});
