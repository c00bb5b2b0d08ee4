import { describe, expect, it } from "vitest";
import { run } from "../../../base/cli/testing/run.ts";
import { network } from "../program.ts";

const step = (percent: number) => ({ name: `at-${percent}`, percent, download: 5, upload: 1 });
const quota = (plan: object) => ({
  plan: { zone: "UTC", included: 1000, ...plan },
  ...{ since: "2026-03-01T00:00:00Z", usage: [], asOf: "2026-03-02T00:00:00Z" },
});
const cgnat = (more: object) => ({ inside: ["100.64.0.0/24"], outside: ["203.0.113.4/31"], ...more });
const rule = { ...{ id: "r", object: "a", indicator: "load", direction: "above" }, samples: [] };
const availability = (month: string) => ({ month, zone: "UTC", plant: [], services: [] });

describe("a fault that one field alone decides", () => {
  it.each<[string, string, object]>([
    [
      "plan.steps[1]: expected steps with rising percents and no faster than step at-100; found step at-80 with 80 after 100 percent, download 5 after 5, upload 1 after 1: correct the plan",
      "quota",
      quota({ steps: [step(100), step(80)] }),
    ],
    [
      "rules[1].clearAt: expected clearAt below raiseAt 80, as the alarm is for values above it; found 90: write, for example, 75",
      "alerts",
      {
        ...{ until: "2026-03-01T00:10:00Z", objects: [{ id: "a" }] },
        rules: [
          { ...rule, raiseAt: 80, clearAt: 70 },
          { ...rule, id: "s", raiseAt: 80, clearAt: 90 },
        ],
      },
    ],
    [
      "want.length: expected a prefix length of IPv4 from 24 to 32; found 23: write one of them",
      "next",
      { parent: "10.0.0.0/24", children: [], want: { kind: "prefix", length: 23 } },
    ],
    [
      'userName: expected a user name with a user and a realm around the separator; found "anna@": write both, or the user alone',
      "identity",
      { userName: "anna@" },
    ],
    [
      "lookups[1].address: expected an outside address of 203.0.113.4-203.0.113.5; found 203.0.113.9: write one of them",
      "cgnat",
      cgnat({ lookups: ["203.0.113.4", "203.0.113.9"].map((address) => ({ address, port: 2000 })) }),
    ],
    [
      "subscribers[0]: expected an inside address of 100.64.0.0-100.64.0.255; found 100.64.1.1: write one of them",
      "cgnat",
      cgnat({ subscribers: ["100.64.1.1"] }),
    ],
    [
      'month: expected a month, such as "2026-03"; found "2026-13": write a month, such as "2026-03"',
      "availability",
      availability("2026-13"),
    ],
  ])("is told at its path: %s", (fault, command, input) => {
    expect(run(network, command, input).faults).toEqual([fault]);
  });

  it("is told at its path where the calendar decides", () => {
    expect(run(network, "availability", availability("0000-01")).faults).toEqual([
      expect.stringMatching(/^month: expected a date/),
    ]);
  });
});
