import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { run } from "../../base/cli/testing/run.ts";
import { runs } from "../../base/testing/runs.ts";
import { support } from "../cli/program.ts";
import { countTarget } from "./count-minutes.ts";
import { MinuteCalendar } from "./minute-calendar.ts";
import { randomSla, randomWork } from "./random-sla.ts";

const secondsOf = (text: string) => Date.parse(text) / 1000;

describe("1,000 random calendars", () => {
  it("have the working time that a count of their minutes gives", () => {
    fc.assert(
      fc.property(randomWork, ({ minutes, ...input }) => {
        const calendar = new MinuteCalendar({ name: "a", ...input.calendar });
        let worked = 0;
        for (let minute = secondsOf(input.from); minute < secondsOf(input.to); minute += 60) {
          if (calendar.isWorked(minute)) worked += 1;
        }
        expect(run(support, "worktime", input)).toMatchObject({
          working: calendar.isWorked(secondsOf(input.from)),
          workingSeconds: worked * 60,
        });
      }),
      runs(1000),
    );
  });

  it("reach the due time that a count of their minutes gives", () => {
    fc.assert(
      fc.property(randomWork, ({ to: _, ...input }) => {
        const calendar = new MinuteCalendar({ name: "a", ...input.calendar });
        let minute = secondsOf(input.from);
        for (let left = input.minutes; left > 0; minute += 60) {
          if (calendar.isWorked(minute)) left -= 1;
        }
        expect(secondsOf(run(support, "worktime", input).due)).toBe(minute);
      }),
      runs(1000),
    );
  });
});

describe("1,000 random tickets", () => {
  it.each(["firstResponse", "update", "solution"] as const)(
    "have the %s clock that a count of their minutes gives",
    (target) => {
      fc.assert(
        fc.property(randomSla, (input) => {
          const answer = run(support, "sla", input);
          const clock = answer.clocks.find((one: { target: string }) => one.target === target);
          const counted = countTarget(target, input);
          if (counted === null) expect(clock).toBeUndefined();
          else {
            expect({
              state: clock.state,
              used: clock.spent.working / 60,
              paused: clock.spent.pausedWorking / 60,
              due: clock.due === null ? null : secondsOf(clock.due),
              breached: clock.breached,
              startedAt: secondsOf(clock.startedAt),
            }).toEqual(counted);
          }
        }),
        runs(1000),
      );
    },
  );

  it("are due at the announced next alarm, if no event follows", () => {
    let alarms = 0;
    fc.assert(
      fc.property(randomSla, (input) => {
        const events = input.ticket.events.filter(({ at }) => secondsOf(at) <= secondsOf(input.at));
        const quiet = { ...input, ticket: { ...input.ticket, events } };
        const { next } = run(support, "sla", quiet);
        if (next === null) return;
        alarms += 1;
        const then = run(support, "sla", { ...quiet, at: next.at });
        const clock = then.clocks.find((one: { target: string }) => one.target === next.target);
        expect(clock).toMatchObject({ cycle: next.cycle, due: next.at, leftSeconds: 0, breached: true });
      }),
      runs(300),
    );
    expect(alarms).toBeGreaterThan(0);
  });
});
