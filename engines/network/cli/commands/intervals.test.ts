import { describe, expect, it } from "vitest";
import { run } from "../../../base/cli/testing/run.ts";
import { network } from "../program.ts";

const day = (date: string) => `${date}T00:00:00Z`;
const window = (when: object) =>
  run(network, "alerts", {
    until: day("2026-03-02"),
    objects: [{ id: "a" }],
    windows: [{ id: "w", devices: ["a"], when }],
  });
const recurring = (from: string, to: string, more: object = {}) =>
  window({ kind: "recurring", zone: "UTC", from, to, starts: "2026-01-01", ...more });
const quota = (more: object, plan: object = {}) =>
  run(network, "quota", {
    plan: { zone: "UTC", included: 1000, ...plan },
    ...{ since: day("2026-03-01"), usage: [], asOf: day("2026-03-20"), ...more },
  });
const quotaWindow = (from: string, to: string) => quota({}, { windows: [{ from, to, weight: "0" }] });
const availability = (more: object, service: object = {}) =>
  run(network, "availability", {
    ...{ month: "2026-03", zone: "UTC", plant: [{ id: "h", kind: "device" }] },
    services: [{ id: "s", customer: "c", paths: [["h"]], target: "99.9", ...service }],
    ...more,
  });
const [late, early] = ["2026-03-10T01:00:00Z", "2026-03-10T00:00:00Z"];
const exchanged = (path: string, from: string, to: string, order: string) =>
  `${path}: expected ${path}.${to} ${order} ${path}.${from}, which is ${late}; found ${early}: exchange or correct them`;

describe("an interval that ends before it begins", () => {
  it.each<[string, () => { faults: string[] }, string, string, string]>([
    ["windows[0].when", () => window({ kind: "once", from: late, to: early }), "from", "to", "after"],
    ["usage[0]", () => quota({ usage: [{ from: late, to: early }] }), "from", "to", "at or after"],
    [
      "topUps[0]",
      () => quota({ topUps: [{ id: "t", at: late, bytes: 1, expiresAt: early }] }),
      "at",
      "expiresAt",
      "after",
    ],
    ["services[0]", () => availability({}, { from: late, to: early }), "from", "to", "after"],
    [
      "outages[0]",
      () => availability({ outages: [{ element: "h", from: late, to: early }] }),
      "from",
      "to",
      "at or after",
    ],
    [
      "unknown[0]",
      () => availability({ unknown: [{ element: "h", from: late, to: early }] }),
      "from",
      "to",
      "at or after",
    ],
    [
      "planned[0].when",
      () => availability({ planned: [{ services: ["s"], when: { kind: "once", from: late, to: early } }] }),
      ...(["from", "to", "after"] as const),
    ],
  ])("is refused at %s, with both paths", (path, answer, from, to, order) => {
    expect(answer().faults).toEqual([exchanged(path, from, to, order)]);
  });

  it("is refused when it has dates too", () => {
    const percentile = (from: string, to: string) =>
      run(network, "percentile", { zone: "UTC", period: { from, to }, samples: [] }).faults;
    const message =
      "period: expected period.to after period.from, which is 2026-03-02; found 2026-03-01: exchange or correct them";
    expect(percentile("2026-03-02", "2026-03-01")).toEqual([message]);
    expect(percentile("2026-03-02", "2026-03-02")).toHaveLength(1);
    const dates = [{ from: "2026-03-02", to: "2026-03-02" }];
    const periods = { unit: "dates", dates };
    expect(run(network, "sessions", { zone: "UTC", asOf: late, records: [], periods }).faults).toEqual([
      expect.stringMatching(/^periods\.dates\[0\]: expected periods\.dates\[0\]\.to after/),
    ]);
    expect(recurring("01:00", "02:00", { ends: "2025-12-31" }).faults).toEqual([
      expect.stringMatching(/^windows\[0\]\.when: .*\.ends at or after .*\.starts, which is 2026-01-01/),
    ]);
    expect(recurring("01:00", "02:00", { ends: "2026-01-01" })).not.toHaveProperty("faults");
  });

  it("is refused in the root of an input", () => {
    expect(quota({ asOf: day("2026-02-01") }).faults).toEqual([
      "asOf: expected asOf at or after since, which is 2026-03-01T00:00:00Z; found 2026-02-01T00:00:00Z: exchange or correct them",
    ]);
  });

  it("may be one instant for an event without duration", () => {
    expect(quota({ usage: [{ from: late, to: late, download: 5 }] })).toMatchObject({ used: 5 });
    expect(availability({ outages: [{ element: "h", from: late, to: late }] })).toMatchObject({
      services: [{ down: 0 }],
    });
    expect(window({ kind: "once", from: late, to: late }).faults).toHaveLength(1);
  });
});

describe("two times of a day", () => {
  const isRefused = (answer: { faults?: string[] }) => answer.faults !== undefined;

  it.each([
    ["05:00", "05:00", true],
    ["00:00", "00:00", true],
    ["00:00", "24:00", false],
    ["22:00", "24:00", false],
    ["22:00", "00:00", false],
    ["22:00", "06:00", false],
    ["24:00", "06:00", true],
  ])("mean the same in all commands: %s to %s", (from, to, refused) => {
    expect(isRefused(recurring(from, to))).toBe(refused);
    expect(isRefused(quotaWindow(from, to))).toBe(refused);
  });

  it("that are equal are refused with the notation of a whole day", () => {
    const message =
      'expected "from" and "to" to be two times; found 05:00 to 05:00: write "00:00" to "24:00" for a whole day';
    expect(recurring("05:00", "05:00").faults).toEqual([`windows[0].when: ${message}`]);
    expect(quotaWindow("05:00", "05:00").faults).toEqual([`plan.windows[0]: ${message}`]);
  });

  it("of a whole day plan a whole day", () => {
    const whole = recurring("00:00", "24:00", { weekdays: [7] });
    expect(whole).toMatchObject({ objects: [{ planned: false }] });
    expect(recurring("00:00", "24:00", { weekdays: [1] })).toMatchObject({ objects: [{ planned: true }] });
  });
});

describe("a reference to an unknown name, or an id twice", () => {
  const alerts = (more: object) =>
    run(network, "alerts", { until: late, objects: [{ id: "a" }, { id: "b", parents: ["a"] }], ...more })
      .faults;
  const rule = { id: "r", indicator: "t", direction: "above", raiseAt: 2, clearAt: 1, samples: [] };
  const element = { id: "e", kind: "device" };
  const service = { id: "s", customer: "c", paths: [["e"]] };
  const once = { kind: "once", from: early, to: late };

  it.each([
    ["objects[1].id", { objects: [{ id: "a" }, { id: "a" }] }],
    ["objects[1].parents[1]", { objects: [{ id: "a" }, { id: "b", parents: ["a", "x"] }] }],
    ["objects[0].parents", { objects: [{ id: "a", parents: ["a"] }] }],
    [
      "rules[1].object",
      {
        rules: [
          { ...rule, object: "a" },
          { ...rule, id: "q", object: "x" },
        ],
      },
    ],
    [
      "rules[1].id",
      {
        rules: [
          { ...rule, object: "a" },
          { ...rule, object: "a" },
        ],
      },
    ],
    ["windows[0].devices[1]", { windows: [{ id: "w", devices: ["a", "x"], when: once }] }],
    ["windows[1].id", { windows: ["a", "b"].map((one) => ({ id: "w", devices: [one], when: once })) }],
    ["plant[0].needs[0]", { plant: [{ ...element, needs: ["x"] }] }],
    ["services[0].paths[0][1]", { plant: [element], services: [{ ...service, paths: [["e", "x"]] }] }],
    ["services[0].paths", { plant: [element], services: [{ ...service, paths: [] }] }],
    ["services[1].id", { plant: [element], services: [service, service] }],
    ["acknowledgements[0].alarm", { acknowledgements: [{ alarm: "x", at: late, by: "ben" }] }],
    ["settings.pendingSeconds", { settings: { pendingSeconds: 60 } }],
  ])("is refused at %s", (path, more) => {
    expect(alerts(more)).toEqual([expect.stringContaining(`${path}: expected`)]);
    expect(alerts(more)[0]).toMatch(/^[a-z]/);
  });

  it("is refused in availability, quota and rates at its path", () => {
    const span = { from: early, to: late };
    expect(availability({ outages: [{ element: "x", ...span }] }).faults[0]).toMatch(
      /^outages\[0\]\.element: /,
    );
    expect(availability({ unknown: [{ element: "x", ...span }] }).faults[0]).toMatch(
      /^unknown\[0\]\.element: /,
    );
    expect(
      availability({ planned: [{ services: ["s", "x"], when: { kind: "once", ...span } }] }).faults[0],
    ).toMatch(/^planned\[0\]\.services\[1\]: /);
    const topUp = { id: "t", at: day("2026-03-05"), bytes: 1 };
    expect(quota({ topUps: [topUp, topUp] }).faults[0]).toMatch(/^topUps\[1\]\.id: /);
    expect(quota({ topUps: [{ ...topUp, at: day("2026-02-05") }] }).faults[0]).toMatch(
      /^topUps\[0\]\.at: .*2026-03-01T00:00:00Z; found 2026-02-05T00:00:00Z/,
    );
    const reading = { at: early, value: "4294967296" };
    const rates = run(network, "rates", { counter: { width: 32 }, readings: [reading] });
    expect(rates.faults[0]).toMatch(/^readings\[0\]\.value: /);
  });
});
