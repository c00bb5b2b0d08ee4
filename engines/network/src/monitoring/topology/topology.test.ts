import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../../../../base/testing/runs.ts";
import { type Graph, reachByPaths } from "../../../oracle/monitoring/reach-by-paths.ts";
import { refusalOf } from "../testing/refusal-of.ts";
import { Reach } from "./reach.ts";
import { Topology } from "./topology.ts";

const node = (id: string, ...parents: string[]) => ({ id, parents });
/** Two cores, two aggregation switches with both as uplinks, a leaf behind each, a passive splitter. */
const rings = () =>
  Topology.of([
    node("leaf-2", "splitter"),
    node("core-1"),
    node("core-2"),
    node("agg-1", "core-1", "core-2", "core-1"),
    node("splitter", "agg-1"),
    node("leaf-1", "agg-1"),
  ]);
const states = (words: Record<string, "up" | "down" | "unknown">) => new Map(Object.entries(words));
const reached = (reach: Reach) => Object.fromEntries([...rings().ids].sort().map((id) => [id, reach.of(id)]));

describe("a topology", () => {
  it("lists parents before children, and gives the depth of each", () => {
    const topology = rings();
    expect(topology.ids).toEqual(["core-1", "core-2", "agg-1", "splitter", "leaf-1", "leaf-2"]);
    expect(topology.ids.map((id) => topology.depthOf(id))).toEqual([0, 0, 1, 2, 2, 3]);
    expect(topology.parentsOf("agg-1")).toEqual(["core-1", "core-2"]);
    expect(topology.childrenOf("agg-1")).toEqual(["splitter", "leaf-1"]);
    expect(topology.childrenOf("leaf-1")).toEqual([]);
    expect([topology.has("core-1"), topology.has("core-9")]).toEqual([true, false]);
    expect([topology.parentsOf("x"), topology.childrenOf("x"), topology.depthOf("x")]).toEqual([[], [], 0]);
  });

  it("refuses a circle and names it", () => {
    const circle = [node("root"), node("a", "c", "root"), node("b", "a"), node("c", "b"), node("below", "c")];
    expect(refusalOf(() => Topology.of(circle))).toContain(
      "expected the parents of devices to form no circle; found the circle a → c → b → a: take away one of these parents",
    );
    expect(refusalOf(() => Topology.of([node("a", "a")]))).toContain("the circle a → a");
    expect(refusalOf(() => Topology.of([...circle].reverse()))).toContain("the circle c → b → a → c");
  });

  it("refuses an unknown parent and an id used twice", () => {
    expect(refusalOf(() => Topology.of([node("a", "b")]))).toContain(
      'expected the parents of "a" to be devices; found "b", which is unknown: add it, or take it from the list',
    );
    expect(refusalOf(() => Topology.of([node("a"), node("a")]))).toContain(
      'expected every one of the devices to have its own id; found "a" twice: rename one',
    );
  });

  it("accepts a chain of 100,000 devices", () => {
    const chain = Array.from({ length: 100_000 }, (_, n) => node(`d${n}`, ...(n === 0 ? [] : [`d${n - 1}`])));
    expect(Topology.of(chain).depthOf("d99999")).toBe(99_999);
  });
});

describe("reach", () => {
  it("is unknown before the first state", () => {
    expect(new Set(Object.values(reached(new Reach(rings()))))).toEqual(new Set(["unknown"]));
  });

  it("separates a dead parent from the devices behind it, also through an unpolled one", () => {
    const reach = new Reach(rings());
    reach.update(states({ "core-1": "up", "core-2": "up", "agg-1": "up", "leaf-1": "up", "leaf-2": "up" }));
    const changed = reach.update(states({ "agg-1": "down", "leaf-1": "down", "leaf-2": "down" }));
    expect([...changed].sort()).toEqual(["agg-1", "leaf-1", "leaf-2", "splitter"]);
    expect(reached(reach)).toEqual({
      "core-1": "up",
      "core-2": "up",
      "agg-1": "down",
      "leaf-1": "unreachable",
      "leaf-2": "unreachable",
      splitter: "unreachable",
    });
    expect([...reach.causesOf("leaf-2")]).toEqual(["agg-1"]);
    expect([...reach.causesOf("agg-1")]).toEqual(["agg-1"]);
    expect([...reach.causesOf("core-1")]).toEqual([]);
    expect([...reach.shadowOf("agg-1")].sort()).toEqual(["leaf-1", "leaf-2", "splitter"]);
    expect([...reach.shadowOf("core-1")]).toEqual([]);
  });

  it("is lost only when all parents are out: one of two cores is not enough", () => {
    const reach = new Reach(rings());
    reach.update(states({ "core-1": "down", "core-2": "up", "agg-1": "down" }));
    expect(reach.of("agg-1")).toBe("down");
    reach.update(states({ "core-2": "down" }));
    expect(reach.of("agg-1")).toBe("unreachable");
    expect([...reach.causesOf("leaf-2")].sort()).toEqual(["core-1", "core-2"]);
    expect(reach.isOut("agg-1")).toBe(true);
    expect(reach.isOut("core-2")).toBe(true);
    reach.update(states({ "core-1": "unknown" }));
    expect(reach.of("agg-1")).toBe("down");
    expect(reach.isOut("core-1")).toBe(false);
  });

  it("is given for a device that answers, in any state of the parents", () => {
    const reach = new Reach(rings());
    reach.update(states({ "core-1": "down", "core-2": "down", "agg-1": "up", "leaf-1": "down" }));
    expect(reached(reach)).toMatchObject({ "agg-1": "up", "leaf-1": "down" });
  });

  it("reports only changed devices", () => {
    const reach = new Reach(rings());
    expect(reach.update(states({ "leaf-1": "up" }))).toEqual(["leaf-1"]);
    expect(reach.update(states({ "leaf-1": "up" }))).toEqual([]);
  });

  it("is the result of a search of all ways upwards, in any order of the states", () => {
    const state = fc.constantFrom("up" as const, "down" as const, "unknown" as const);
    const graph = fc.array(fc.record({ links: fc.array(fc.nat(20), { maxLength: 3 }), state }), {
      minLength: 1,
      maxLength: 12,
    });
    const news = fc.array(fc.tuple(fc.nat(11), state), { maxLength: 12 });
    fc.assert(
      fc.property(graph, news, (nodes, later) => {
        const parentsOf = (links: number[], index: number) =>
          index === 0 ? [] : [...new Set(links.map((link) => `n${link % index}`))];
        const final: Graph = Object.fromEntries(
          nodes.map(({ links, state }, index) => {
            const last = later.findLast(([target]) => target === index);
            return [`n${index}`, { parents: parentsOf(links, index), state: last?.[1] ?? state }];
          }),
        );
        const topology = Topology.of(Object.entries(final).map(([id, { parents }]) => ({ id, parents })));
        const reach = new Reach(topology);
        reach.update(new Map(nodes.map(({ state }, index) => [`n${index}`, state])));
        for (const [index, state] of later)
          if (index < nodes.length) reach.update(new Map([[`n${index}`, state]]));
        expect(Object.fromEntries(Object.keys(final).map((id) => [id, reach.of(id)]))).toEqual(
          reachByPaths(final),
        );
        for (const id of topology.ids) {
          for (const cause of reach.causesOf(id)) {
            expect(cause === id || reach.shadowOf(cause).has(id)).toBe(true);
          }
        }
      }),
      runs(500),
    );
  });
});
