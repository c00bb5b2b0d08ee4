import { describe, expect, it } from "vitest";
import { Zone } from "../../../calendar/src/zone.ts";
import type { QuotaFacts, TopUp, Usage } from "./quota-facts.ts";
import { quotaOn } from "./quota-on.ts";
import type { QuotaPlan, SpeedStep, WeightWindow } from "./quota-plan.ts";

const at = Zone.parseInstant;
const since = at("2026-04-01T00:00:00Z");
const hour = 3600;
const day = 24 * hour;
const step = (name: string, percent: number, speed: bigint): SpeedStep => ({
  ...{ name, percent, download: speed, upload: speed },
});
const basic: QuotaPlan = {
  ...{ zone: Zone.of("UTC"), cycle: { unit: "day" }, included: 1000n, counts: "both" },
  ...{ windows: [], freeClasses: [], notices: [], steps: [] },
};
/** Bytes to the subscriber between two seconds after the begin. */
const use = (from: number, to: number, download: bigint, more: Partial<Usage> = {}): Usage => ({
  ...{ from: since + from, to: since + to, upload: 0n, download, ...more },
});
const buy = (id: string, after: number, bytes: bigint, expires?: number): TopUp => ({
  ...{ id, at: since + after, bytes, expiresAt: expires === undefined ? undefined : since + expires },
});

/** The standing some seconds after the begin, its instants as seconds after the begin too. */
function standing(plan: Partial<QuotaPlan>, facts: Partial<QuotaFacts>, asOf: number) {
  const whole = { since, usage: [], topUps: [], ...facts };
  const {
    cycle,
    buckets,
    notices,
    steps,
    next,
    step: now,
    ...rest
  } = quotaOn({ ...basic, ...plan }, whole, since + asOf);
  return {
    ...rest,
    cycle: [cycle.from - since, cycle.to - since],
    buckets: buckets.map(
      ({ kind, id, granted, left, expiresAt }) =>
        `${kind} ${id} ${left}/${granted}${expiresAt === undefined ? "" : ` until ${expiresAt - since}`}`,
    ),
    notices: notices.map((notice) => `${notice.percent}% ${notice.at - since}`),
    steps: steps.map((change) => `${change.step?.name ?? "full"} ${change.at - since}`),
    step: now?.name,
    next: `${next.why} ${next.at - since}`,
  };
}

describe("a volume", () => {
  it("is used evenly over the time of each usage record", () => {
    const usage = [use(0, hour, 360n), use(hour / 2, hour, 100n, { upload: 10n })];
    expect(standing({}, { usage }, hour / 2)).toMatchObject({ used: 180n, left: 820n });
    expect(standing({}, { usage }, 2 * hour)).toEqual({
      ...{ cycle: [0, day], used: 470n, over: 0n, free: 0n, left: 530n },
      ...{ buckets: [`included 2026-04-01 530/1000 until ${day}`], notices: [], steps: [], step: undefined },
      next: `cycle ${day}`,
    });
  });

  it.each([
    ["both", 12n],
    ["download", 10n],
    ["upload", 2n],
  ] as const)("counts %s", (counts, used) => {
    expect(standing({ counts }, { usage: [use(0, 60, 10n, { upload: 2n })] }, 60)).toMatchObject({ used });
    expect(standing({ counts }, { usage: [use(9, 9, 10n, { upload: 2n })] }, 9)).toMatchObject({ used });
    const free = { counts, freeClasses: ["iptv"] };
    const iptv = { upload: 2n, trafficClass: "iptv" };
    expect(standing(free, { usage: [use(0, 60, 10n, iptv)] }, 60)).toMatchObject({ used: 0n, free: used });
  });

  it("is never negative; the excess is reported", () => {
    const usage = [use(0, 100, 1500n)];
    expect(standing({}, { usage }, 100)).toMatchObject({ used: 1500n, over: 500n, left: 0n });
  });

  it("is full again at each cycle, in the zone of the tenant", () => {
    const usage = [use(day - 100, day + 100, 200n)];
    expect(standing({}, { usage }, day - 1)).toMatchObject({ used: 99n, cycle: [0, day] });
    expect(standing({}, { usage }, day)).toMatchObject({ used: 0n, left: 1000n, cycle: [day, 2 * day] });
    expect(standing({}, { usage }, day + 100)).toMatchObject({ used: 100n });
    const paris = { zone: Zone.of("Europe/Paris") };
    expect(standing(paris, { usage }, day + 100)).toMatchObject({
      used: 200n,
      cycle: [22 * hour, 46 * hour],
    });
  });

  it("of a month is that of the first cycle, also when the plan begins late in it", () => {
    const plan = { cycle: { unit: "month", dayOfMonth: 15 } } as const;
    expect(standing(plan, {}, 14 * day - 1)).toMatchObject({ cycle: [-17 * day, 14 * day], left: 1000n });
    expect(standing(plan, {}, 14 * day)).toMatchObject({ cycle: [14 * day, 44 * day] });
  });

  it("excludes usage before the plan began, and after the requested instant", () => {
    const usage = [use(-100, 100, 200n), use(-5, -5, 50n), use(300, 300, 70n)];
    expect(standing({}, { usage }, 299)).toMatchObject({ used: 100n });
    expect(standing({}, { usage }, 300)).toMatchObject({ used: 170n });
    expect(standing({}, { usage: [use(0, 0, 3n)] }, 0)).toMatchObject({ used: 3n });
  });

  it("counts usage at the instant of a new cycle in that cycle", () => {
    expect(standing({}, { usage: [use(day, day, 70n)] }, day)).toMatchObject({
      used: 70n,
      cycle: [day, 2 * day],
    });
  });
});

describe("classes of traffic", () => {
  const plan = { freeClasses: ["iptv"] };

  it("that are free are not counted, but reported", () => {
    const usage = [
      use(0, 100, 10n, { trafficClass: "iptv" }),
      use(0, 100, 20n, { trafficClass: "web" }),
      use(0, 100, 40n),
    ];
    expect(standing(plan, { usage }, 100)).toMatchObject({ used: 60n, free: 10n });
  });

  it("that are free are reported for the present cycle only", () => {
    const free = { trafficClass: "iptv" };
    const usage = [
      use(day - 50, day + 50, 100n, free),
      use(day - 1, day - 1, 7n, free),
      use(day, day, 3n, free),
    ];
    expect(standing(plan, { usage }, day + 40)).toMatchObject({ free: 43n });
    expect(standing(plan, { usage: [...usage, use(day + 41, day + 41, 9n, free)] }, day + 40)).toMatchObject({
      free: 43n,
    });
    expect(standing(plan, { usage }, day - 1)).toMatchObject({ free: 56n });
  });
});

describe("weights by the time of day", () => {
  const window = (
    from: number,
    to: number,
    numerator: bigint,
    denominator: bigint,
    days?: number[],
  ): WeightWindow => ({
    ...{ from, to, days, weight: { numerator, denominator } },
  });
  const used = (windows: WeightWindow[], usage: Usage[], asOf = 2 * day, zone = "UTC") =>
    standing({ windows, zone: Zone.of(zone), cycle: { unit: "month", dayOfMonth: 1 } }, { usage }, asOf).used;

  it("make the night free or half, over midnight", () => {
    const usage = [use(21 * hour, 31 * hour, 1000n)];
    expect(used([window(22 * 60, 6 * 60, 0n, 1n)], usage)).toBe(200n);
    expect(used([window(22 * 60, 6 * 60, 1n, 2n)], usage)).toBe(600n);
    expect(used([window(22 * 60, 6 * 60, 3n, 2n)], usage)).toBe(1400n);
  });

  it("apply from their first minute to before their last, also from before the plan began", () => {
    const night = [window(22 * 60, 6 * 60, 0n, 1n)];
    expect(used(night, [use(0, 12 * hour, 1200n)])).toBe(600n);
    expect(used(night, [use(6 * hour - 1, 6 * hour - 1, 5n)])).toBe(0n);
    expect(used(night, [use(6 * hour, 6 * hour, 5n)])).toBe(5n);
    expect(used(night, [use(22 * hour - 1, 22 * hour - 1, 5n)])).toBe(5n);
    expect(used(night, [use(22 * hour, 22 * hour, 5n)])).toBe(0n);
  });

  it("are applied exactly and rounded up once", () => {
    const thirds = [window(0, 60, 1n, 3n), window(60, 120, 1n, 2n)];
    expect(used(thirds, [use(0, 0, 1n), use(hour, hour, 1n)])).toBe(1n);
    expect(used(thirds, [use(0, 0, 2n), use(hour, hour, 1n)])).toBe(2n);
    const plan = { windows: thirds };
    const facts = { usage: [use(0, 0, 2n), use(hour, hour, 1n)] };
    expect(standing(plan, facts, 2 * hour)).toMatchObject({ used: 2n, left: 998n });
    expect(standing({ ...plan, included: 0n }, facts, 2 * hour)).toMatchObject({ over: 2n });
  });

  it("do not apply to the bytes of the next bucket", () => {
    const windows = [window(0, 60, 1n, 2n)];
    const facts = { topUps: [buy("a", 0, 7n)], usage: [use(0, 0, 1001n)] };
    expect(standing({ windows }, facts, 0).buckets).toEqual([
      `included 2026-04-01 499/1000 until ${day}`,
      "top-up a 7/7",
    ]);
    expect(standing({ windows }, { topUps: [buy("a", 0, 7n)] }, 0).left).toBe(1007n);
  });

  it("may apply on some days of the week only, by the day on which the window begins", () => {
    // 2026-04-01 is a Wednesday.
    const wednesday = [window(22 * 60, 6 * 60, 0n, 1n, [3])];
    expect(used(wednesday, [use(23 * hour, 23 * hour, 5n), use(29 * hour, 29 * hour, 7n)])).toBe(0n);
    expect(used(wednesday, [use(47 * hour, 47 * hour, 5n), use(hour, hour, 7n)])).toBe(12n);
  });

  it("may apply for a whole day, and the first of several counts", () => {
    const both = [window(60, 120, 1n, 2n), window(0, 1440, 0n, 1n, [3])];
    expect(used(both, [use(hour, hour, 10n), use(2 * hour, 2 * hour, 10n), use(day - 1, day - 1, 10n)])).toBe(
      5n,
    );
    expect(used(both, [use(day, day, 10n)])).toBe(10n);
    expect(
      used(
        [window(60, 60, 0n, 1n, [3])],
        [use(hour - 1, hour - 1, 1n), use(25 * hour - 1, 25 * hour - 1, 2n), use(25 * hour, 25 * hour, 4n)],
      ),
    ).toBe(5n);
    expect(used([window(1320, 1440, 0n, 1n, [3])], [use(23 * hour, 25 * hour, 200n)])).toBe(100n);
  });

  it.each([
    ["02:15-02:45 skipped", 135, 165, "2026-03-29", ["01:15"], []],
    ["to 02:30 skipped", 90, 150, "2026-03-29", ["01:00"], ["00:30", "00:59"]],
    ["from 02:30 skipped", 150, 210, "2026-03-29", ["00:59", "01:30"], ["01:00", "01:29"]],
    ["to 02:30 repeated", 90, 150, "2026-10-25", ["00:30", "00:59", "01:30"], ["00:29", "01:00", "01:29"]],
  ])("apply while the clocks show the times: %s", (_, from, to, date, counted, free) => {
    const usage = [...counted, ...free].map((time) => at(`${date}T${time}:00Z`));
    const facts = usage.map((one) => ({ from: one, to: one, upload: 0n, download: 1n }));
    const plan = { ...basic, zone: Zone.of("Europe/Paris"), windows: [window(from, to, 0n, 1n)] };
    const known = { since: at(`${date}T00:00:00Z`), usage: facts, topUps: [] };
    expect(quotaOn(plan, known, at(`${date}T12:00:00Z`)).used).toBe(BigInt(counted.length));
  });

  it("follow the clocks of the zone, with and without summer time", () => {
    // 22:00 to 06:00 in Paris is 20:00 to 04:00 UTC in April.
    const night = [window(22 * 60, 6 * 60, 0n, 1n)];
    expect(
      used(night, [use(4 * hour, 4 * hour, 1n), use(4 * hour - 1, 4 * hour - 1, 2n)], day, "Europe/Paris"),
    ).toBe(1n);
    const spring = { since: at("2026-03-28T00:00:00Z"), topUps: [] };
    const usage = [
      { from: at("2026-03-28T21:00:00Z"), to: at("2026-03-29T04:00:00Z"), upload: 0n, download: 700n },
    ];
    const plan: QuotaPlan = {
      ...basic,
      zone: Zone.of("Europe/Paris"),
      windows: night,
      cycle: { unit: "month", dayOfMonth: 1 },
    };
    expect(quotaOn(plan, { ...spring, usage }, at("2026-03-29T12:00:00Z")).used).toBe(0n);
    const later = [
      { from: at("2026-03-29T04:00:00Z"), to: at("2026-03-29T05:00:00Z"), upload: 0n, download: 100n },
    ];
    expect(quotaOn(plan, { ...spring, usage: later }, at("2026-03-29T12:00:00Z")).used).toBe(100n);
  });
});

describe("rollover", () => {
  const twice = { rollover: { cycles: 2 } };
  const lots = (plan: Partial<QuotaPlan>, facts: Partial<QuotaFacts>, asOf: number) =>
    standing(plan, facts, asOf).buckets;

  it("carries unused bytes over for some cycles, and uses the oldest first", () => {
    const usage = [use(0, 100, 700n)];
    expect(lots(twice, { usage }, day)).toEqual([
      `rollover 2026-04-01 300/300 until ${3 * day}`,
      `included 2026-04-02 1000/1000 until ${2 * day}`,
    ]);
    const more = [...usage, use(day, day + 10, 200n), use(2 * day, 2 * day + 1, 500n)];
    expect(lots(twice, { usage: more }, 2 * day)).toEqual([
      `rollover 2026-04-01 100/300 until ${3 * day}`,
      `rollover 2026-04-02 1000/1000 until ${4 * day}`,
      `included 2026-04-03 1000/1000 until ${3 * day}`,
    ]);
    expect(lots(twice, { usage: more }, 2 * day + 1)).toEqual([
      `rollover 2026-04-01 0/300 until ${3 * day}`,
      `rollover 2026-04-02 600/1000 until ${4 * day}`,
      `included 2026-04-03 1000/1000 until ${3 * day}`,
    ]);
    expect(lots(twice, { usage: more }, 3 * day)).toEqual([
      `rollover 2026-04-02 600/1000 until ${4 * day}`,
      `rollover 2026-04-03 1000/1000 until ${5 * day}`,
      `included 2026-04-04 1000/1000 until ${4 * day}`,
    ]);
  });

  it("carries nothing when nothing is left, and only when the plan has rollover", () => {
    expect(lots(twice, { usage: [use(0, 1, 1000n)] }, day)).toHaveLength(1);
    expect(lots({}, {}, day)).toEqual([`included 2026-04-02 1000/1000 until ${2 * day}`]);
  });

  it("carries at most the plan's limit, and keeps the bytes that expire last", () => {
    const most = (bytes: bigint) => ({ rollover: { cycles: 3, most: bytes } });
    expect(lots(most(1200n), {}, 2 * day)).toEqual([
      `rollover 2026-04-01 200/200 until ${4 * day}`,
      `rollover 2026-04-02 1000/1000 until ${5 * day}`,
      `included 2026-04-03 1000/1000 until ${3 * day}`,
    ]);
    expect(lots(most(1000n), {}, 2 * day)).toHaveLength(2);
    expect(lots(most(0n), {}, 2 * day)).toHaveLength(1);
    expect(lots(most(2000n), {}, 2 * day)).toHaveLength(3);
    expect(standing(most(400n), {}, 2 * day).left).toBe(1400n);
  });

  it("counts the limit in bytes, independent of the weights", () => {
    const windows = [{ from: 0, to: 60, weight: { numerator: 1n, denominator: 2n } }];
    expect(standing({ windows, rollover: { cycles: 1, most: 400n } }, {}, day).left).toBe(1400n);
  });

  it("does not shorten the life of top-ups", () => {
    const topUps = [buy("a", 5, 100n), buy("b", 5, 200n, 3 * day)];
    expect(lots({ rollover: { cycles: 1, most: 50n } }, { topUps }, day)).toEqual([
      `rollover 2026-04-01 50/50 until ${2 * day}`,
      `included 2026-04-02 1000/1000 until ${2 * day}`,
      `top-up b 200/200 until ${3 * day}`,
      "top-up a 100/100",
    ]);
  });
});

describe("top-ups", () => {
  it("are used after the plan's own bytes, the first to expire first, and outlive the cycle", () => {
    const topUps = [buy("a", 0, 100n), buy("b", 0, 200n, 2 * day)];
    const facts = { topUps, usage: [use(0, 10, 1150n), use(day, day + 10, 1100n)] };
    expect(standing({}, facts, 10)).toMatchObject({
      left: 150n,
      buckets: [
        `included 2026-04-01 0/1000 until ${day}`,
        `top-up b 50/200 until ${2 * day}`,
        "top-up a 100/100",
      ],
    });
    expect(standing({}, facts, day + 10)).toMatchObject({ left: 50n, used: 1100n, over: 0n });
  });

  it("are unusable from their expiry on", () => {
    const facts = { topUps: [buy("a", 0, 100n, 500)], usage: [use(400, 600, 1200n)] };
    expect(standing({}, facts, 499).buckets).toHaveLength(2);
    expect(standing({}, facts, 500).buckets).toHaveLength(1);
    expect(standing({}, facts, 600)).toMatchObject({ used: 1200n, over: 200n });
    expect(standing({}, { topUps: [buy("a", 0, 100n, day)] }, day).buckets).toHaveLength(1);
  });

  it("cover usage from their purchase on, not before", () => {
    const facts = { topUps: [buy("a", 50, 100n)], usage: [use(0, 10, 1200n), use(60, 70, 30n)] };
    expect(standing({}, facts, 80)).toMatchObject({ over: 200n, left: 70n, used: 1230n });
  });
});

describe("notices", () => {
  const plan = { notices: [100, 80] };

  it("come in the second in which the share is reached, once in each cycle", () => {
    const usage = [use(0, 1000, 1000n), use(day, day + 1000, 900n)];
    expect(standing(plan, { usage }, 799).notices).toEqual([]);
    expect(standing(plan, { usage }, 800).notices).toEqual(["80% 800"]);
    expect(standing(plan, { usage }, 2 * day).notices).toEqual(["80% 800", "100% 1000", `80% ${day + 889}`]);
  });

  it("come at once when one record reaches all shares", () => {
    expect(standing(plan, { usage: [use(7, 7, 5000n)] }, 10).notices).toEqual(["80% 7", "100% 7"]);
  });

  it("are not repeated after a top-up, and refer to the share of all bytes", () => {
    const topUps = [buy("a", 850, 1000n)];
    const usage = [use(0, 2000, 2000n)];
    expect(standing(plan, { usage, topUps }, 2000).notices).toEqual(["80% 800", "100% 2000"]);
    expect(standing({ notices: [50] }, { usage, topUps: [buy("a", 0, 1000n)] }, 2000).notices).toEqual([
      "50% 1000",
    ]);
  });

  it("come when a top-up expires and the share is reached thereby", () => {
    const facts = { topUps: [buy("a", 0, 1000n, 900)], usage: [use(0, 850, 850n)] };
    expect(standing(plan, facts, 1000).notices).toEqual(["80% 900"]);
  });

  it("do not count bytes that expired unused, beyond the share of the rest", () => {
    const facts = { topUps: [buy("a", 0, 1000n, 900)], usage: [use(0, 850, 850n)] };
    expect(standing({ notices: [90] }, facts, 1000).notices).toEqual([]);
  });

  it("are rounded up: the share must be reached in full", () => {
    expect(standing({ included: 3n, notices: [50] }, { usage: [use(0, 30, 3n)] }, 30).notices).toEqual([
      "50% 20",
    ]);
    const windows = [{ from: 0, to: 1440, weight: { numerator: 1n, denominator: 2n } }];
    expect(
      standing({ windows, included: 3n, notices: [50] }, { usage: [use(0, 30, 3n)] }, 30).notices,
    ).toEqual(["50% 30"]);
  });

  it("of a plan without bytes come at once, those above 100 % never", () => {
    expect(
      standing({ included: 0n, notices: [80, 100, 101] }, { usage: [use(0, 10, 9n)] }, 10).notices,
    ).toEqual(["80% 0", "100% 0"]);
  });
});

describe("steps of speed", () => {
  const plan = { steps: [step("10M", 100, 10n), step("2M", 150, 2n)] };

  it("apply from their share on, and end with the cycle", () => {
    const usage = [use(0, 2000, 2000n)];
    expect(standing(plan, { usage }, 999)).toMatchObject({ step: undefined, steps: [] });
    expect(standing(plan, { usage }, 1000)).toMatchObject({ step: "10M", steps: ["10M 1000"] });
    expect(standing(plan, { usage }, day)).toMatchObject({
      step: undefined,
      steps: ["10M 1000", "2M 1500", `full ${day}`],
    });
  });

  it("end with a top-up, for any excess before it, and return when it is used", () => {
    const usage = [use(0, 2000, 2000n), use(4000, 4600, 600n)];
    const facts = { usage, topUps: [buy("a", 3000, 500n)] };
    expect(standing(plan, facts, 5000).steps).toEqual(["10M 1000", "2M 1500", "full 3000", "10M 4500"]);
    expect(standing(plan, facts, 5000)).toMatchObject({ step: "10M", over: 1100n });
  });

  it("end and begin again in one second when a top-up is used in the second of its purchase", () => {
    const usage = [use(0, 0, 1000n), use(60, 60, 500n)];
    expect(standing(plan, { usage, topUps: [buy("a", 60, 500n)] }, 60).steps).toEqual([
      "10M 0",
      "full 60",
      "10M 60",
    ]);
  });

  it("begin with the expiry of a top-up that was needed", () => {
    const facts = { usage: [use(0, 1100, 1100n)], topUps: [buy("a", 0, 500n, 2000)] };
    expect(standing(plan, facts, 1999).steps).toEqual([]);
    expect(standing(plan, facts, 2000).steps).toEqual(["10M 2000"]);
  });

  it("may begin before all bytes are used", () => {
    const usage = [use(0, 600, 600n)];
    expect(standing({ steps: [step("50M", 50, 50n)] }, { usage }, 600).steps).toEqual(["50M 500"]);
  });

  it("skip intermediate steps when much usage comes at once", () => {
    expect(standing(plan, { usage: [use(5, 5, 1500n)] }, 5).steps).toEqual(["2M 5"]);
  });
});

describe("the next change", () => {
  const windows = [
    { from: 22 * 60, to: 6 * 60, weight: { numerator: 1n, denominator: 2n } },
    { from: 8 * 60, to: 9 * 60, weight: { numerator: 2n, denominator: 2n } },
  ];

  it("is that of the weight, the expiry of a top-up with bytes left, or the cycle, whichever is first", () => {
    const topUps = [buy("a", 0, 10n, 12 * hour)];
    expect(standing({ windows }, { topUps }, 0).next).toBe(`weight ${6 * hour}`);
    expect(standing({ windows }, { topUps }, 6 * hour).next).toBe(`top-up-expires ${12 * hour}`);
    expect(standing({ windows }, { topUps }, 12 * hour).next).toBe(`weight ${22 * hour}`);
    expect(standing({ windows }, { topUps }, 22 * hour).next).toBe(`cycle ${day}`);
    const used = { topUps, usage: [use(0, 1, 1010n)] };
    expect(standing({}, used, 100).next).toBe(`cycle ${day}`);
    expect(standing({}, { topUps: [buy("a", 0, 10n)] }, 100).next).toBe(`cycle ${day}`);
  });
});

describe("facts in another order", () => {
  it("give the same result", () => {
    const usage = [use(0, 500, 400n), use(100, 900, 500n), use(200, 200, 30n), use(day, day + 5, 9n)];
    const topUps = [buy("a", 50, 10n), buy("b", 60, 20n, 700)];
    const plan = { notices: [50, 90], steps: [step("slow", 90, 1n)], rollover: { cycles: 1 } };
    const reversed = { usage: usage.toReversed(), topUps: topUps.toReversed() };
    expect(standing(plan, reversed, day + 2)).toEqual(standing(plan, { usage, topUps }, day + 2));
  });
});

describe("a contradiction", () => {
  const window = (from: number, to: number, numerator = 1n, denominator = 1n) => ({
    windows: [{ from, to, weight: { numerator, denominator } }],
  });

  it.each([
    [{ included: -1n }, /included bytes of 0 or more; found -1/],
    [window(-1, 60), /a window within 0 and 1440; found -1-60/],
    [window(1440, 60), /found 1440-60/],
    [window(0, 0), /found 0-0/],
    [window(0, 1441), /found 0-1441/],
    [window(0.5, 60), /found 0.5-60/],
    [window(0, 60, -1n), /a weight of 0 or more; found -1\/1/],
    [window(0, 60, 1n, 0n), /a weight of 0 or more; found 1\/0/],
    [{ rollover: { cycles: 0 } }, /rollover for 1 to 120 cycles; found 0/],
    [{ rollover: { cycles: 121 } }, /found 121/],
    [{ rollover: { cycles: 1, most: -1n } }, /a most of 0 or more bytes; found -1/],
    [{ notices: [0] }, /a notice at 1 to 1000 percent; found 0/],
    [{ notices: [1001] }, /found 1001/],
    [{ steps: [step("a", 0, 1n)] }, /a step at 1 to 1000 percent; found 0/],
    [{ steps: [step("a", 100, -1n)] }, /speeds of 0 or more; found -1 and -1 in step a/],
    [
      { steps: [step("a", 100, 1n), step("b", 100, 1n)] },
      /rising percents and no faster than step a; found step b/,
    ],
    [{ steps: [step("a", 100, 1n), { ...step("b", 101, 1n), download: 2n }] }, /found step b/],
    [{ steps: [step("a", 100, 1n), { ...step("b", 101, 1n), upload: 2n }] }, /found step b/],
    [{ steps: [step("a", 100, 1n), { ...step("b", 101, 1n), upload: -1n }] }, /found 1 and -1 in step b/],
    [
      { steps: [step("a", 80, 3n), step("b", 100, 2n), step("a", 120, 1n)] },
      /a name of its own for each step; found "a" twice/,
    ],
  ] as const)("in a plan is refused %#", (plan, message) => {
    const refused = () => standing(plan as Partial<QuotaPlan>, {}, 0);
    expect(refused).toThrow(message);
    expect(refused).toThrow(/^expected .*: correct the plan$/);
    expect(refused).toThrow(expect.objectContaining({ code: "QUOTA_INVALID" }));
  });

  it.each([
    [{ usage: [use(5, 4, 1n)] }, /usage that ends after it begins/],
    [{ usage: [use(0, 4, -1n)] }, /usage of 0 or more bytes; found 0 and -1/],
    [{ usage: [use(0, 4, 1n, { upload: -1n })] }, /found -1 and 1/],
    [{ topUps: [buy("a", 0, 0n)] }, /bytes in top-up a; found 0/],
    [{ topUps: [buy("a", -1, 1n)] }, /top-up a at or after the begin/],
    [{ topUps: [buy("a", 5, 1n, 5)] }, /top-up a to expire after it begins/],
    [{ topUps: [buy("a", 5, 1n), buy("a", 6, 1n)] }, /an id of its own for each top-up; found "a" twice/],
  ])("in facts is refused %#", (facts, message) => {
    const refused = () => standing({}, facts, 10);
    expect(refused).toThrow(message);
    expect(refused).toThrow(/^expected .*: correct the facts$/);
    expect(refused).toThrow(expect.objectContaining({ code: "QUOTA_INVALID" }));
  });

  it("between an instant and a plan is refused when they are more than ten years apart", () => {
    const monthly = { cycle: { unit: "month", dayOfMonth: 1 } } as const;
    expect(standing(monthly, {}, 3660 * day).left).toBe(1000n);
    expect(() => standing(monthly, {}, 3660 * day + 1)).toThrow(
      /within ten years .*; found 2036-04-08T00:00:01Z/,
    );
  });

  it("is an instant before the plan; the bounds of each field are accepted", () => {
    expect(() => standing({}, {}, -1)).toThrow(
      /after the begin 2026-04-01T00:00:00Z; found 2026-03-31T23:59:59Z: begin later/,
    );
    expect(() => standing({}, {}, -1)).toThrow(expect.objectContaining({ code: "QUOTA_INVALID" }));
    const edges = {
      ...window(0, 1440, 0n),
      notices: [1, 1000],
      steps: [step("a", 1, 0n), step("b", 1000, 0n)],
    };
    expect(standing({ ...edges, included: 0n, rollover: { cycles: 120, most: 0n } }, {}, 0).left).toBe(0n);
    expect(
      standing({ ...window(1439, 1), rollover: { cycles: 1 } }, { usage: [use(0, 0, 0n)] }, 0).left,
    ).toBe(1000n);
  });
});
