import { describe, expect, it } from "vitest";
import { ServiceMap } from "../services/service-map.ts";
import { serviceOutages } from "../services/service-outages.ts";
import { Topology } from "../topology/topology.ts";
import type { MonitoringSettings } from "./monitoring-facts.ts";
import { walkAlarms } from "./walk-alarms.ts";

/** Long enough that work proportional to its square would exceed the time limit of a test. */
const length = 40_000;
const id = (place: number) => `o${place}`;
const chain = Array.from({ length }, (_, place) => ({
  ...{ id: id(place), kind: "device" as const },
  before: place === 0 ? [] : [id(place - 1)],
}));
const settings: MonitoringSettings = {
  states: { lossesBeforeDown: 2, answersBeforeUp: 2, staleAfterSeconds: 600 },
  flapping: { startPercent: 30, stopPercent: 20 },
  evaluateEverySeconds: 60,
  pendingSeconds: 120,
};

describe("a very long chain", () => {
  const plant = chain.map(({ before, ...element }) => ({ ...element, needs: before }));
  const services = chain.map((element) => ({ id: element.id, customer: "c", paths: [[element.id]] }));

  it("of parents that are all lost is one alarm, which hides the others", () => {
    const polls = [..."..xxxx"].map((sign, minute) => ({ at: minute * 60, answered: sign === "." }));
    const objects = chain.map(({ before, ...object }) => ({ ...object, parents: before, polls }));
    const facts = { objects, rules: [], windows: [], plant, services, acknowledgements: [] };
    const { alarms, standings } = walkAlarms(facts, settings, 600);
    expect(alarms.map(({ object, suppressed }) => [object, suppressed.length])).toEqual([["o0", length - 1]]);
    expect(alarms[0]?.impact.services.length).toBe(length);
    expect(standings.at(-1)).toMatchObject({ id: id(length - 1), state: "unreachable", causes: ["o0"] });
  });

  it("of needed elements is out with the first of them", () => {
    const map = ServiceMap.of(plant, services);
    expect(serviceOutages(map, id(length - 1), [{ element: "o0", from: 1, to: 2 }])).toEqual({
      ...{ down: [{ from: 1, to: 2 }], degraded: [] },
    });
  });

  it("of parents in a circle is refused, and the circle is named by its ends", () => {
    const nodes = chain.map(({ before, ...node }, place) => ({
      ...node,
      parents: place === 0 ? [id(length - 1)] : before,
    }));
    expect(() => Topology.of(nodes)).toThrow(
      /^expected the parents of devices to form no circle; found the circle o0 → .{80,400} → o0: /,
    );
  });
});
