import { describe, expect, it } from "vitest";
import { refusalOf } from "../testing/refusal-of.ts";
import { impactOf } from "./impact-of.ts";
import type { PlantElement } from "./service-facts.ts";
import { ServiceMap } from "./service-map.ts";
import { serviceOutages } from "./service-outages.ts";

const plant: PlantElement[] = [
  { id: "pe-1", kind: "device", needs: [] },
  { id: "pe-2", kind: "device", needs: [] },
  { id: "pe-1/1", kind: "port", needs: ["pe-1"] },
  { id: "pe-2/1", kind: "port", needs: ["pe-2"] },
  { id: "ring-1", kind: "circuit", needs: ["pe-1/1"] },
  { id: "ring-2", kind: "circuit", needs: ["pe-2/1"] },
];
const services = [
  { id: "twice", customer: "bank", paths: [["ring-1"], ["ring-2"]] },
  { id: "once", customer: "shop", paths: [["ring-1", "pe-2"]] },
  { id: "spare", customer: "bank", paths: [["pe-2"]] },
];
const map = () => ServiceMap.of(plant, services);
const impact = (...out: string[]) =>
  impactOf(map(), new Set(out)).services.map(({ id, state }) => `${id} ${state}`);

describe("the impact of an outage", () => {
  it.each([
    [["pe-1"], ["twice degraded", "once down"]],
    [["pe-1/1"], ["twice degraded", "once down"]],
    [["ring-1"], ["twice degraded", "once down"]],
    [["pe-2"], ["twice degraded", "once down", "spare down"]],
    [["ring-2"], ["twice degraded"]],
    [
      ["ring-2", "pe-1/1"],
      ["twice down", "once down"],
    ],
    [["elsewhere"], []],
  ])("of %s", (out, expected) => expect(impact(...out)).toEqual(expected));

  it("reports the worst state of each customer, and the services", () => {
    expect(impactOf(map(), new Set(["pe-2"])).customers).toEqual([
      { id: "bank", state: "down", services: ["twice", "spare"] },
      { id: "shop", state: "down", services: ["once"] },
    ]);
    expect(impactOf(map(), new Set(["ring-2"])).customers).toEqual([
      { id: "bank", state: "degraded", services: ["twice"] },
    ]);
    expect(impactOf(map(), new Set(["ring-2"])).services[0]?.customer).toBe("bank");
  });

  it("lists services in the order of the input, for any order of outages", () => {
    const many = Array.from({ length: 12 }, (_, n) => ({ id: `s${n}`, customer: "c", paths: [[`e${n}`]] }));
    const elements = many.map((_, n) => ({ id: `e${n}`, kind: "device" as const, needs: [] }));
    const out = new Set(elements.map(({ id }) => id).reverse());
    const affected = impactOf(ServiceMap.of(elements, many), out).services;
    expect(affected.map(({ id }) => id)).toEqual(many.map(({ id }) => id));
  });

  it("refuses services without elements", () => {
    const refuse = (paths: string[][]) => ServiceMap.of(plant, [{ id: "s", customer: "c", paths }]);
    expect(refusalOf(() => refuse([]))).toContain(
      'expected the service "s" to have paths of one element or more; found none or an empty one: write the elements that deliver it, such as [["access-1"]]',
    );
    expect(refusalOf(() => refuse([["pe-1"], []]))).toContain("found none or an empty one");
    expect(refusalOf(() => refuse([["pe-1", "pe-9"]]))).toContain(
      'expected the service "s" to be built on known elements; found "pe-9": add that device, port or circuit, or take it from the path',
    );
    const port = { id: "p", kind: "port" as const, needs: ["q"] };
    expect(refusalOf(() => ServiceMap.of([port], []))).toContain(
      'the needs of "p" to be elements; found "q"',
    );
    expect(refusalOf(() => ServiceMap.of([port, port], []))).toContain("every one of the elements");
    expect(refusalOf(() => ServiceMap.of([{ ...port, needs: ["p"] }], []))).toContain(
      "expected the needs of elements to form no circle; found the circle p → p: take away one of these needs",
    );
    expect(refusalOf(() => ServiceMap.of(plant, [...services, ...services]))).toContain(
      "every one of the services",
    );
  });
});

describe("the outages of a service", () => {
  const outages = [
    { element: "pe-1", from: 100, to: 200 },
    { element: "ring-1", from: 150, to: 300 },
    { element: "pe-2/1", from: 180, to: 250 },
    { element: "ring-2", from: 400, to: 410 },
  ];

  it("are down when all paths are cut, and degraded when some are", () => {
    expect(serviceOutages(map(), "twice", outages)).toEqual({
      down: [{ from: 180, to: 250 }],
      degraded: [
        { from: 100, to: 180 },
        { from: 250, to: 300 },
        { from: 400, to: 410 },
      ],
    });
    expect(serviceOutages(map(), "once", outages)).toEqual({ down: [{ from: 100, to: 300 }], degraded: [] });
    expect(serviceOutages(map(), "nobody's", outages)).toEqual({ down: [], degraded: [] });
  });

  it("are refused for an unknown element, whose outage would be lost", () => {
    expect(refusalOf(() => serviceOutages(map(), "twice", [{ element: "pe-9", from: 1, to: 2 }]))).toContain(
      'expected outages of known elements; found one of "pe-9": add that device, port or circuit, or correct its id',
    );
  });

  it("are refused with an end before the begin", () => {
    expect(refusalOf(() => serviceOutages(map(), "twice", [{ element: "pe-1", from: 2, to: 1 }]))).toContain(
      'expected the outage of "pe-1" to end after its begin 1970-01-01T00:00:02Z; found the end 1970-01-01T00:00:01Z: exchange the two',
    );
  });
});
