import { describe, expect, it } from "vitest";
import { run } from "../../../base/cli/testing/run.ts";
import { network } from "../program.ts";

const step = (percent: number) => ({ name: `at-${percent}`, percent, download: 5, upload: 1 });
const quota = (plan: object) => ({
  plan: { zone: "UTC", included: 1000, ...plan },
  ...{ since: "2026-03-01T00:00:00Z", usage: [], asOf: "2026-03-02T00:00:00Z" },
});
const cgnat = (more: object) => ({ inside: ["100.64.0.0/24"], outside: ["203.0.113.4/31"], ...more });
const plan = (...parts: object[]) => ({ block: "10.0.0.0/8", parts });
const pool = { name: "homes", kind: "pool", count: 9 };
const group = (...parts: object[]) => ({ name: "paris", kind: "group", parts });
const policy = (terms: object, nas: object) => ({ policy: terms, nas });
const cisco = (template: string) => ({
  vendor: "cisco",
  shaping: { kind: "services", services: [template] },
});
const oddSpeed = { speed: { down: 1_500_000, up: 1_500_000 } };
const rule = { ...{ id: "r", object: "a", indicator: "load", direction: "above" }, samples: [] };
const availability = (month: string) => ({ month, zone: "UTC", plant: [], services: [] });

describe("a fault in a single field", () => {
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
      "inside: expected inside addresses; found none: write at least one prefix or range",
      "cgnat",
      cgnat({ inside: [] }),
    ],
    [
      "outside[1]: expected outside addresses of IPv4; found 2001:db8::-2001:db8::1: write a range of IPv4",
      "cgnat",
      cgnat({ outside: ["203.0.113.4/31", "2001:db8::/127"] }),
    ],
    [
      "outside[0]: expected inside and outside ranges that share no address; found 100.64.0.0-100.64.0.255 and 100.64.0.8-100.64.0.9: write each address on one side",
      "cgnat",
      cgnat({ outside: ["100.64.0.8/31"] }),
    ],
    [
      "lastPort: expected a last port from 2000 to 65535; found 1999: write a whole number of that range",
      "cgnat",
      cgnat({ firstPort: 2000, lastPort: 1999 }),
    ],
    [
      "portsPerSubscriber: expected a number of ports per subscriber from 1 to 64512; found 65000: write a whole number of that range",
      "cgnat",
      cgnat({ portsPerSubscriber: 65_000 }),
    ],
    [
      "parts[0].parts[1].name: paris.homes: expected parts of different names; found two of this name: rename one",
      "plan",
      plan(group(pool, pool)),
    ],
    [
      'parts[1].parts: paris: expected at least one part; found none: name one, or write the kind "prefix"',
      "plan",
      plan(pool, group()),
    ],
    [
      "parts[0].parts[0].length: paris.homes: expected a prefix of /28 or shorter; found /30: shorten it or ask for less in it",
      "plan",
      plan(group({ ...pool, length: 30 })),
    ],
    [
      "parts[0].grow: homes: expected at most 28 bits to grow; found 30: keep fewer free",
      "plan",
      plan({ ...pool, grow: 30 }),
    ],
    [
      "parts[0]: homes: expected a free /7 in 10.0.0.0/8; found 1 free prefixes, of which 10.0.0.0/8 is the largest: take a larger block, or ask for less or less growth",
      "plan",
      plan({ ...pool, length: 7 }),
    ],
    [
      "taken[1]: expected a child within 10.0.0.0/8; found 11.0.0.0/9: leave it out, or cut it at the parent's edge",
      "plan",
      { ...plan(pool), taken: ["10.1.0.0/16", "11.0.0.0/9"] },
    ],
    [
      "want.count: expected 3 free addresses in 10.0.0.1-10.0.0.2; found 2: ask for fewer or smaller ones, or elsewhere",
      "next",
      { parent: "10.0.0.0/30", want: { kind: "address", count: 3 } },
    ],
    [
      'policy.speed: expected a speed of whole Mbit/s for "NET{downM}"; found 1500000 bit/s: round the speed, or write a placeholder of a smaller unit',
      "policy",
      policy(oddSpeed, cisco("NET{downM}")),
    ],
    [
      'policy.speed: expected a limit in both directions for "NET{down}{up}", which names both; found no limit up: write the speed up, or a name of its own for each direction',
      "policy",
      policy({ speed: { down: 1_000_000, up: 0 } }, cisco("NET{down}{up}")),
    ],
    [
      "policy.speed: expected at most 4294967295 bit/s for Huawei-Input-Average-Rate, which has 32 bits; found 5000000000 bit/s: shape by a profile or policy of the NAS instead",
      "policy",
      policy(
        { speed: { down: 5_000_000_000, up: 5_000_000_000 } },
        { vendor: "huawei", shaping: { kind: "rates" } },
      ),
    ],
    [
      "policy.state: expected a garden with filters, address lists, services or a pool for a service in the walled garden; found none on this NAS of huawei: describe it in the NAS profile; without one the customer would have full service",
      "policy",
      policy({ state: "walled-garden" }, { vendor: "huawei" }),
    ],
    [
      'policy.state: expected a speed of whole Mbit/s for "WALL{downM}"; found 1500000 bit/s: round the speed, or write a placeholder of a smaller unit',
      "policy",
      policy(
        { state: "walled-garden" },
        { vendor: "cisco", garden: { services: ["WALL{downM}"], ...oddSpeed } },
      ),
    ],
    [
      'month: expected a month, such as "2026-03"; found "2026-13": write a month, such as "2026-03"',
      "availability",
      availability("2026-13"),
    ],
    [
      "plan.windows[0].days: expected a list of one value or more; found []: write days from 1 to 7, or leave the field out for all",
      "quota",
      quota({ windows: [{ from: "22:00", to: "06:00", weight: "0", days: [] }] }),
    ],
    [
      "userNameRules.realms: expected a list of one value or more; found []: write the realms, or leave the field out for all",
      "identity",
      { userName: "anna@isp.example", userNameRules: { realms: [] } },
    ],
    [
      'periods.dates: expected a list of one value or more; found []: write the periods, or another unit, such as "month"',
      "sessions",
      { zone: "UTC", asOf: "2026-03-01T00:00:00Z", records: [], periods: { unit: "dates", dates: [] } },
    ],
    [
      'zone: expected a time zone of the IANA database, such as "Europe/Paris"; found "+02:00": write its continent and city, or "UTC"',
      "percentile",
      { zone: "+02:00", period: { from: "2026-03-01", to: "2026-04-01" }, samples: [] },
    ],
  ])("is reported at its path: %s", (fault, command, input) => {
    expect(run(network, command, input).faults).toEqual([fault]);
  });

  it("is reported at its path when the calendar decides", () => {
    expect(run(network, "availability", availability("0000-01")).faults).toEqual([
      expect.stringMatching(/^month: expected a date/),
    ]);
  });
});
