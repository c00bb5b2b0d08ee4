import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../../../../base/testing/runs.ts";
import { Zone } from "../../../../calendar/src/zone.ts";
import { availabilityBySeconds } from "../../../oracle/monitoring/availability-by-seconds.ts";
import { ServiceMap } from "../services/service-map.ts";
import { refusalOf } from "../testing/refusal-of.ts";
import { type AvailabilityFacts, measureAvailability, type ServiceLevel } from "./measure-availability.ts";
import { monthSpan } from "./month-span.ts";
import { availabilityOf, type ElementFacts, knownCuts } from "./service-availability.ts";

const nothing: AvailabilityFacts = { down: [], planned: [], unknown: [] };
const level: ServiceLevel = { targetMillionths: 999_000, unknownTime: "excluded" };
const span = (from: number, to: number) => ({ from, to });
const measure = (
  facts: Partial<AvailabilityFacts>,
  more: Partial<ServiceLevel> = {},
  within = span(0, 10_000),
) => measureAvailability(within, { ...nothing, ...facts }, { ...level, ...more });

describe("a month", () => {
  it.each([
    ["2026-03", "Europe/Paris", 743],
    ["2026-10", "Europe/Paris", 745],
    ["2026-02", "Europe/Paris", 672],
    ["2026-12", "UTC", 744],
  ])("%s in %s has %i hours", (month, zone, hours) => {
    const { from, to } = monthSpan(month, Zone.of(zone));
    expect(to - from).toBe(hours * 3600);
    expect(Zone.of(zone).dateOf(from).text).toBe(`${month}-01`);
  });

  it("is refused when it is invalid", () => {
    expect(() => monthSpan("2026-13", Zone.of("UTC"))).toThrow("2026-13-01");
  });
});

describe("availability", () => {
  it("is 100 % without outages", () => {
    expect(measure({})).toEqual({
      total: 10_000,
      planned: 0,
      unknown: 0,
      down: 0,
      agreed: 10_000,
      available: 10_000,
      availableMillionths: 1_000_000,
      targetMet: true,
      allowance: 10,
      allowanceLeft: 10,
    });
  });

  it("counts overlapping outages once, and only within the time measured", () => {
    const down = [span(-50, 3), span(1, 5), span(9_999, 20_000)];
    expect(measure({ down })).toMatchObject({
      down: 6,
      available: 9_994,
      availableMillionths: 999_400,
      allowanceLeft: 4,
    });
  });

  it("does not measure planned work, nor the outages in it", () => {
    expect(measure({ down: [span(100, 300)], planned: [span(0, 200), span(150, 250)] })).toMatchObject({
      planned: 250,
      down: 50,
      agreed: 9_750,
      available: 9_700,
      availableMillionths: 994_871,
      targetMet: false,
      allowance: 9,
      allowanceLeft: -41,
    });
  });

  it("treats unknown time as the agreement says: not measured, available or down", () => {
    const facts = { down: [span(0, 5)], unknown: [span(0, 105), span(100, 205)], planned: [span(195, 215)] };
    expect(measure(facts)).toMatchObject({
      unknown: 190,
      planned: 20,
      down: 5,
      agreed: 9_790,
      available: 9_785,
    });
    expect(measure(facts, { unknownTime: "up" })).toMatchObject({
      agreed: 9_980,
      available: 9_975,
      unknown: 190,
    });
    expect(measure(facts, { unknownTime: "down" })).toMatchObject({
      agreed: 9_980,
      available: 9_785,
      down: 5,
    });
  });

  it("meets its target to the second, and does not round a missed target up", () => {
    expect(measure({ down: [span(0, 10)] })).toMatchObject({ targetMet: true, allowanceLeft: 0 });
    expect(measure({ down: [span(0, 11)] })).toMatchObject({ targetMet: false, allowanceLeft: -1 });
    const month = span(0, 2_592_000);
    expect(measure({ down: [span(0, 2_593)] }, {}, month)).toMatchObject({ availableMillionths: 998_999 });
    expect(measure({ down: [span(0, 1)] }, { targetMillionths: 1_000_000 })).toMatchObject({
      targetMet: false,
    });
    expect(measure({ down: [span(0, 10_000)] }, { targetMillionths: 0 })).toMatchObject({
      targetMet: true,
      availableMillionths: 0,
    });
  });

  it("gives no percentage without measured time", () => {
    const all = measure({ planned: [span(0, 10_000)], down: [span(0, 10)] });
    expect(all).toMatchObject({ agreed: 0, targetMet: true, allowance: 0 });
    expect(all.availableMillionths).toBeUndefined();
  });

  it("refuses spans with the end before the begin, and targets above 100 %", () => {
    expect(refusalOf(() => measure({}, {}, span(5, 4)))).toContain("the measured time");
    expect(refusalOf(() => measure({ down: [span(5, 4)] }))).toContain("an outage");
    expect(refusalOf(() => measure({ planned: [span(5, 4)] }))).toContain("planned work");
    expect(refusalOf(() => measure({ unknown: [span(5, 4)] }))).toContain("unknown time");
    expect(refusalOf(() => measure({}, { targetMillionths: -1 }))).toContain("targetMillionths");
    expect(refusalOf(() => measure({}, { targetMillionths: 1_000_001 }))).toContain(
      "expected a target of at most 1000000 millionths (100 %); found 1000001: write 999500 for 99.95 %",
    );
  });

  it("is the result of a count of each second", () => {
    const spans = fc.array(
      fc
        .tuple(fc.integer({ min: -50, max: 250 }), fc.nat(80))
        .map(([from, length]) => span(from, from + length)),
      { maxLength: 5 },
    );
    fc.assert(
      fc.property(spans, spans, spans, fc.nat(200), (down, planned, unknown, length) => {
        const within = span(7, 7 + length);
        const counted = availabilityBySeconds(within, { down, planned, unknown });
        const measured = measure({ down, planned, unknown }, { unknownTime: "up" }, within);
        expect(measured).toMatchObject({
          planned: counted.planned,
          down: counted.down,
          unknown: counted.unknown,
          available: counted.up + counted.unknown,
        });
        expect(measured.targetMet).toBe(measured.available * 1_000_000 >= 999_000 * measured.agreed);
      }),
      runs(500),
    );
  });
});

describe("the availability of a service", () => {
  const map = () =>
    ServiceMap.of(
      ["a", "b", "spare"].map((id) => ({ id, kind: "device", needs: [] })),
      [{ id: "s", customer: "c", paths: [["a"], ["b"]] }],
    );
  const out = (element: string, from: number, to: number) => ({ element, from, to });
  const of = (given: Partial<ElementFacts>) => {
    const facts = { outages: [], unknown: [], planned: [], ...given };
    return availabilityOf(map(), "s", span(0, 1000), { ...facts, cuts: knownCuts(map(), facts) }, level);
  };

  it("is down when all paths are cut and degraded when some are, without planned work", () => {
    const outages = [out("a", 0, 100), out("b", 50, 200), out("spare", 0, 1000), out("b", 990, 2000)];
    expect(of({ outages })).toMatchObject({ down: 50, degraded: 160, available: 950 });
    expect(of({ outages, planned: [span(0, 60)] })).toMatchObject({ down: 40, degraded: 110, agreed: 940 });
  });

  it("is unknown only when no path is known to work", () => {
    expect(of({ unknown: [out("a", 0, 100)] })).toMatchObject({ unknown: 0, available: 1000 });
    expect(of({ unknown: [out("a", 0, 100)], outages: [out("b", 50, 200)] })).toMatchObject({
      unknown: 50,
      down: 0,
      degraded: 100,
      available: 950,
    });
    expect(of({ unknown: [out("a", 0, 100), out("b", 0, 100)], outages: [out("a", 0, 10)] })).toMatchObject({
      unknown: 100,
      down: 0,
    });
    expect(of({ unknown: [out("a", 0, 100)], outages: [out("a", 0, 10), out("b", 0, 10)] })).toMatchObject({
      unknown: 0,
      down: 10,
    });
  });
});
