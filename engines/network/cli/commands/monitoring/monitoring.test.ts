import { describe, expect, it } from "vitest";
import { run } from "../../../../base/cli/testing/run.ts";
import { network } from "../../program.ts";

const until = "2026-03-01T00:10:00Z";
const from = "2026-03-01T00:00:00Z";
const faultsOf = (command: string, input: object) => run(network, command, input).faults;
const alerts = (more: object) =>
  faultsOf("alerts", { until, objects: [{ id: "a", polls: [{ from, results: "..x-" }] }], ...more });
const breached = {
  id: "r",
  object: "a",
  indicator: "t",
  direction: "above",
  raiseAt: 80,
  clearAt: 70,
  samples: [],
};
const sunday = {
  kind: "recurring",
  zone: "Europe/Paris",
  weekdays: [7],
  from: "02:30",
  to: "03:30",
  starts: "2026-01-01",
};
const service = { id: "s", customer: "c", paths: [["a"]], target: "99.95" };
const availability = (more: object) =>
  faultsOf("availability", {
    month: "2026-03",
    zone: "UTC",
    plant: [{ id: "a", kind: "device" }],
    services: [service],
    ...more,
  });
const rates = (more: object) => faultsOf("rates", { counter: { width: 32 }, readings: [], ...more });

describe("monitoring on the command line", () => {
  it.each([
    [
      "an unknown poll character",
      () => alerts({ objects: [{ id: "a", polls: [{ from, results: ".o" }] }] }),
      'objects[0].polls[0].results: expected only ".", "x" and "-"; found "o" as character 2: write "." for answered, "x" for lost and "-" for not polled',
    ],
    [
      "a circle",
      () =>
        alerts({
          objects: [
            { id: "a", parents: ["b"] },
            { id: "b", parents: ["a"] },
          ],
        }),
      "the circle a → b → a",
    ],
    [
      "a pending time of one evaluation",
      () => alerts({ settings: { pendingSeconds: 60 } }),
      "found 60: write 120 or more",
    ],
    [
      "an invalid time of day",
      () =>
        alerts({
          windows: [
            {
              id: "w",
              devices: ["a"],
              when: { kind: "recurring", zone: "UTC", from: "24:00", to: "02:00", starts: "2026-01-01" },
            },
          ],
        }),
      'windows[0].when.from: expected a time from "00:00" to "23:59"; found "24:00"',
    ],
    [
      "a window of another kind",
      () => alerts({ windows: [{ id: "w", devices: ["a"], when: { kind: "daily" } }] }),
      "windows[0].when.kind: expected an object whose kind is one of once, recurring",
    ],
    [
      "a level in quotes",
      () => alerts({ rules: [{ ...breached, raiseAt: "80" }] }),
      "rules[0].raiseAt: expected a number, not in quotes",
    ],
    [
      "a rule with the name of an object's own alarm",
      () => alerts({ rules: [{ ...breached, id: "down" }] }),
      "rules[0].id: expected the id of a rule to be none of down and flapping",
    ],
    [
      "a target above 100 %",
      () => availability({ services: [{ ...service, target: "100.1" }] }),
      'services[0].target: expected a percentage from "0" to "100"',
    ],
    [
      "a target as a number",
      () => availability({ services: [{ ...service, target: 99.95 }] }),
      "services[0].target: expected a percentage in quotes",
    ],
    [
      "an invalid month",
      () => availability({ month: "2026-13" }),
      'month: expected a month, such as "2026-03"; found "2026-13"',
    ],
    [
      "an outage of an unknown element",
      () => availability({ outages: [{ element: "b", from, to: until }] }),
      'found one of "b"',
    ],
    [
      "work on an unknown service",
      () => availability({ planned: [{ services: ["t"], when: { kind: "once", from, to: until } }] }),
      'expected work planned on known services; found "t"',
    ],
    [
      "a counter as a number",
      () => rates({ readings: [{ at: from, value: 1 }] }),
      "readings[0].value: expected a counter in quotes",
    ],
    [
      "a counter of another width",
      () => rates({ counter: { width: 16 } }),
      "counter.width: expected 32 or 64",
    ],
    [
      "a value beyond the counter",
      () => rates({ readings: [{ at: from, value: "4294967296" }] }),
      "found 4294967296: check the width",
    ],
    [
      "a window of no device",
      () => alerts({ windows: [{ id: "w", devices: [], when: { kind: "once", from, to: until } }] }),
      "windows[0].devices: expected a list of one value or more; found []: write the devices, or leave the window out",
    ],
    [
      "a window on no weekday",
      () => alerts({ windows: [{ id: "w", devices: ["a"], when: { ...sunday, weekdays: [] } }] }),
      "windows[0].when.weekdays: expected a list of one value or more; found []: write days from 1 to 7, or leave the field out for all",
    ],
    [
      "a window in no week",
      () => alerts({ windows: [{ id: "w", devices: ["a"], when: { ...sunday, weeksOfMonth: [] } }] }),
      "windows[0].when.weeksOfMonth: expected a list of one value or more; found []: write weeks from 1 to 5, or leave the field out for all",
    ],
    [
      "work on no service",
      () => availability({ planned: [{ services: [], when: { kind: "once", from, to: until } }] }),
      "planned[0].services: expected a list of one value or more; found []: write the services, or leave the work out",
    ],
    [
      "a promise of no hours",
      () => availability({ services: [{ ...service, hours: [] }] }),
      "services[0].hours: expected a list of one value or more; found []: write the hours, or leave the field out for always",
    ],
    [
      "a promise of hours on no day",
      () => availability({ services: [{ ...service, hours: [{ days: [], from: "08:00", to: "18:00" }] }] }),
      'services[0].hours[0].days: expected a list of one value or more; found []: write the weekdays, such as ["monday"]',
    ],
  ])("refuses %s, with advice", (_, refused, message) => {
    expect(refused()).toContainEqual(expect.stringContaining(message));
  });

  it("counts a service from its first day, and gives no percentage without measured time", () => {
    const partly = run(network, "availability", {
      month: "2026-03",
      zone: "UTC",
      plant: [{ id: "a", kind: "device" }],
      services: [
        { ...service, from: "2026-03-31T00:00:00Z" },
        { ...service, id: "later", from: "2026-04-01T00:00:00Z" },
      ],
      outages: [{ element: "a", from: "2026-03-30T00:00:00Z", to: "2026-03-31T00:10:00Z" }],
    });
    expect(partly.services).toMatchObject([
      { total: 86_400, down: 600, percent: "99.3055", targetMet: false },
      { id: "later", total: 0, targetMet: true },
    ]);
    expect(partly.services[1]).not.toHaveProperty("percent");
  });
});

describe("a window from within the hour that summer time skips", () => {
  it("delays the notification of an alarm until its end", () => {
    const walked = run(network, "alerts", {
      until: "2026-03-29T01:40:00Z",
      objects: [{ id: "a", polls: [{ from: "2026-03-29T00:59:00Z", results: `..${"x".repeat(39)}` }] }],
      windows: [{ id: "w", devices: ["a"], when: sunday }],
    });
    expect(walked.notifications).toMatchObject([{ at: "2026-03-29T01:30:00Z", event: "raised" }]);
  });
});

describe("a service that is promised for some hours", () => {
  const days = ["monday", "tuesday", "wednesday", "thursday", "friday"];
  const ofMonth = (from: string, to: string, more: object = {}) =>
    run(network, "availability", {
      ...{ month: "2026-03", zone: "UTC", plant: [{ id: "a", kind: "device" }] },
      services: [{ ...service, hours: [{ days, from: "08:00", to: "18:00" }], ...more }],
      outages: [{ element: "a", from, to }],
    });

  it("is not down at other times", () => {
    const night = ofMonth("2026-03-14T01:00:00Z", "2026-03-14T05:00:00Z");
    expect(night.services).toMatchObject([{ down: 0, total: 792_000, percent: "100.0000" }]);
    const evening = ofMonth("2026-03-16T17:00:00Z", "2026-03-17T09:00:00Z");
    expect(evening.services).toMatchObject([{ down: 7200, targetMet: false }]);
    const holiday = ofMonth("2026-03-16T17:00:00Z", "2026-03-17T09:00:00Z", { holidays: ["2026-03-16"] });
    expect(holiday.services).toMatchObject([{ down: 3600, total: 756_000 }]);
  });

  it("has hours with a length", () => {
    expect(ofMonth(from, until, { hours: [{ days, from: "05:00", to: "05:00" }] }).faults).toEqual([
      expect.stringMatching(/^services\[0\]\.hours\[0\]: expected "from" and "to" to be two times/),
    ]);
    const all = ofMonth(from, until, { hours: [{ days, from: "00:00", to: "24:00" }] });
    expect(all.services).toMatchObject([{ total: 22 * 86_400 }]);
  });
});
