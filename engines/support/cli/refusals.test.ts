import { describe, expect, it } from "vitest";
import { run } from "../../base/cli/testing/run.ts";
import { support } from "./program.ts";

const calendar = { zone: "Europe/Paris", hours: [{ days: ["monday"], from: "09:00", to: "17:00" }] };
const ticket = { openedAt: "2026-11-23T09:00:00Z", agreement: "gold" };
const sla = {
  calendars: [{ name: "office", ...calendar }],
  agreements: [{ name: "gold", calendar: "office", targets: { solution: { minutes: 60 } } }],
  ticket,
  at: "2026-11-23T09:30:00Z",
};
const promising = (solution: object) => ({ ...sla.agreements[0], targets: { solution } });
const percent = (part: number) => ({ name: "lead", kind: "percent", percent: part });
const event = { id: "1", at: "2026-11-23T09:10:00Z", kind: "state", state: "pending" };

describe("the support command sla", () => {
  it.each([
    [
      { agreements: [{ ...sla.agreements[0], calendar: "night" }] },
      ': expected the name of one of the calendars; found "night": write one of "office"',
    ],
    [
      { ticket: { ...ticket, agreement: "tin" } },
      ': expected the name of one of the agreements; found "tin"',
    ],
    [{ agreements: [] }, 'found "gold": write one first, in agreements'],
    [
      { calendars: [...sla.calendars, ...sla.calendars] },
      ': expected every calendar to have its own name; found "office" twice: rename one',
    ],
    [
      {
        ticket: { ...ticket, events: [{ ...event, kind: "agreement", state: undefined, agreement: "tin" }] },
      },
      'found "tin"',
    ],
    [{ at: "2026-11-23T08:59:59Z" }, "expected an instant at or after the opening of the ticket"],
    [
      { ticket: { ...ticket, events: [event, event] } },
      'expected every event to have its own id; found "1" twice',
    ],
    [
      { ticket: { ...ticket, events: [{ ...event, kind: "call" }] } },
      "ticket.events[0].kind: expected an object whose kind is one of message, state, agreement",
    ],
    [
      { agreements: [{ ...sla.agreements[0], targets: { solution: { minutes: 0 } } }] },
      "agreements[0].targets.solution.minutes: expected a whole number from 1 to 527040; found 0",
    ],
    [
      { agreements: [promising({ minutes: 60, escalations: [percent(50), percent(75)] })] },
      'agreements[0].targets.solution.escalations[1].name: gold, solution: expected every escalation to have its own name; found "lead" twice',
    ],
    [
      { agreements: [promising({ minutes: 527_040 })] },
      "agreements[0].targets.solution.minutes: expected 31622400 seconds of working time in the ten years",
    ],
    [
      { agreements: [promising({ minutes: 60_000, escalations: [percent(1000)] })] },
      "agreements[0].targets.solution.escalations[0]: expected 36000000 seconds of working time in the ten years",
    ],
    [
      {
        agreements: Array.from({ length: 12 }, (_, index) => ({ ...sla.agreements[0], name: `a${index}` })),
      },
      'found "gold": write one of "a0", "a1", "a2", "a3", "a4", "a5", "a6", "a7", "a8", "a9", ...',
    ],
    [
      { settings: { closedStates: ["closed", "done"], mergedStates: ["merged", "done"] } },
      'settings.mergedStates[1]: expected no state that means solved; found "done", which is at settings.closedStates[1] too: leave it out of one of them',
    ],
    [
      { settings: { closedStates: ["removed"] } },
      'settings.mergedStates[1]: expected no state that means solved; found "removed"',
    ],
    [
      { settings: { reopened: "never" } },
      'settings.reopened: expected one of continue, restart, stays-met; found "never"',
    ],
  ])("names the fault of %j", (change, fault) => {
    expect(run(support, "sla", { ...sla, ...change }).faults[0]).toContain(fault);
  });

  it("accepts a correct input", () => {
    expect(run(support, "sla", sla).clocks).toMatchObject([{ due: "2026-11-23T10:00:00Z" }]);
  });
});

describe("the support command worktime", () => {
  const input = { calendar, from: "2026-11-23T09:00:00Z" };

  it.each([
    [
      { to: "2046-12-23T09:00:00Z" },
      "to: expected two instants that are at most 20 years apart; found from 2026-11-23T09:00:00Z to 2046-12-23T09:00:00Z",
    ],
    [
      { calendar: { ...calendar, hours: [] } },
      "calendar: expected a calendar with working time; found no span",
    ],
    [
      { calendar: { ...calendar, hours: [...calendar.hours, { ...calendar.hours[0], days: [] }] } },
      "calendar.hours[1].days: expected at least one day; found none: write one or more of monday, tuesday",
    ],
    [
      { calendar: { ...calendar, holidays: [{ on: "2026-12-25" }, { on: "2026-12-25" }] } },
      "calendar.holidays[1].on: expected every holiday once; found 2026-12-25 twice",
    ],
    [
      { calendar: { ...calendar, holidays: [{ yearly: "12-25" }, { yearly: "12-25" }] } },
      "calendar.holidays[1].yearly: expected every holiday once; found 12-25 twice",
    ],
    [
      { calendar: { ...calendar, hours: [{ days: ["monday"], from: "9", to: "17:00" }] } },
      'calendar.hours[0].from: expected a time of day such as "09:00" ("24:00" only as an end); found "9": write hours from 00 to 23',
    ],
    [
      { calendar: { ...calendar, hours: [{ days: ["monday"], from: "9:00", to: "17:00" }] } },
      'calendar.hours[0].from: expected a time of day such as "09:00" ("24:00" only as an end); found "9:00": write "09:00"',
    ],
    [
      { calendar: { ...calendar, holidays: [{ on: "2026-12-24", spans: [{ from: "09:00", to: "2:30" }] }] } },
      'calendar.holidays[0].spans[0].to: expected a time of day such as "09:00" ("24:00" only as an end); found "2:30": write "02:30"',
    ],
    [
      { calendar: { ...calendar, holidays: [{}] } },
      'calendar.holidays[0]: expected either "on" (a date) or "yearly" (a day of every year); found neither',
    ],
    [{ calendar: { ...calendar, holidays: [{ on: "2026-12-25", yearly: "12-25" }] } }, "found both"],
    [
      { calendar: { ...calendar, holidays: [{ yearly: "12-32" }] } },
      'calendar.holidays[0].yearly: expected a day of every year such as "12-25" (month and day); found "12-32": write a day from "12-01" to "12-31"',
    ],
    [
      { calendar: { ...calendar, holidays: [{ yearly: "25.12" }] } },
      'found "25.12": write two digits each for a month from 01 to 12 and its day',
    ],
    [
      { calendar: { ...calendar, zone: "Mars/Olympus" } },
      "calendar.zone: expected a time zone of the IANA database",
    ],
    [{ minutes: -1 }, "minutes: expected a whole number from 0 to 527040; found -1"],
    [
      { minutes: 527_040 },
      "minutes: expected 31622400 seconds of working time in the ten years from 2026-11-23T09:00:00Z; found 15058800: give it more hours, or the target fewer minutes",
    ],
  ])("names the fault of %j", (change, fault) => {
    expect(run(support, "worktime", { ...input, ...change }).faults[0]).toContain(fault);
  });

  it("accepts two instants twenty years apart", () => {
    expect(run(support, "worktime", { ...input, to: "2046-11-23T09:00:00Z" }).workingSeconds).toBe(
      30_063_600,
    );
  });
});
