import { beforeEach, describe, expect, it } from "vitest";
import type { KubernetesObject } from "../objects/kinds.ts";
import { isLater } from "../objects/resource-version.ts";
import { ObjectStore } from "./store.ts";

interface Thing extends KubernetesObject {
  color: string;
}

function thing(name: string, resourceVersion: string, color = "red"): Thing {
  return { apiVersion: "v1", kind: "Thing", metadata: { name, resourceVersion }, color };
}

let store: ObjectStore<Thing>;
let told: string[];

beforeEach(() => {
  store = new ObjectStore({ color: ({ color }) => [color] });
  told = [];
  store.onChange(({ type, object }) => told.push(`${type} ${object.metadata.name}`));
});

describe("a store", () => {
  it("ignores objects older than its own", () => {
    store.upsert(thing("a", "10", "blue"));
    store.upsert(thing("a", "9", "red"));
    store.remove(thing("a", "9"));
    expect(store.get({ name: "a" })?.color).toBe("blue");
    expect(told).toEqual(["added a"]);
  });

  it("shows the operator's write at once and does not report it, neither then nor from the watch", () => {
    store.upsert(thing("a", "10", "red"));
    store.written(thing("a", "11", "blue"));
    store.upsert(thing("a", "11", "blue"));
    expect(store.get({ name: "a" })?.color).toBe("blue");
    expect(told).toEqual(["added a"]);
  });

  it("keeps an object that was created again when the deletion of the old one arrives late", () => {
    store.upsert(thing("a", "10"));
    store.written(thing("a", "12"));
    store.remove(thing("a", "11"));
    expect(store.get({ name: "a" })?.metadata.resourceVersion).toBe("12");
  });

  it("does not restore an object that was deleted before the answer to the operator's write arrived", () => {
    store.upsert(thing("a", "10"));
    store.remove(thing("a", "12"));
    store.written(thing("a", "11"));
    expect(store.get({ name: "a" })).toBeUndefined();
    store.written(thing("a", "13"));
    expect(store.get({ name: "a" })?.metadata.resourceVersion).toBe("13");
    expect(told).toEqual(["added a", "deleted a"]);
  });

  it("keeps the operator's write when a list is older than it", () => {
    store.written(thing("new", "20"));
    store.replace([thing("a", "5")], "15");
    expect(
      store
        .all()
        .map(({ metadata }) => metadata.name)
        .sort(),
    ).toEqual(["a", "new"]);
    store.replace([thing("a", "5")], "25");
    expect(store.all().map(({ metadata }) => metadata.name)).toEqual(["a"]);
    expect(told).toEqual(["added a", "deleted new"]);
  });

  it("accepts a list unchanged when the server was restored to an older state", () => {
    store.upsert(thing("a", "100", "blue"));
    store.written(thing("b", "101"));
    store.replace([thing("a", "50", "red")], "60", { restored: true });
    expect(store.get({ name: "a" })?.color).toBe("red");
    expect(store.get({ name: "b" })).toBeUndefined();
  });

  it("removes only objects of a part when the list is of that part", () => {
    store.upsert(thing("a", "1"));
    store.upsert(thing("b", "1"));
    store.replace([], "5", { scope: ({ metadata }) => metadata.name === "a" });
    expect(store.all().map(({ metadata }) => metadata.name)).toEqual(["b"]);
  });

  it("finds objects by an index, also after they have changed or gone", () => {
    store.upsert(thing("a", "1", "red"));
    store.upsert(thing("b", "1", "red"));
    store.upsert(thing("a", "2", "blue"));
    const named = (color: string) => store.indexed("color", color).map(({ metadata }) => metadata.name);
    expect([named("red"), named("blue"), named("green")]).toEqual([["b"], ["a"], []]);
    store.remove(thing("b", "3", "red"));
    expect(named("red")).toEqual([]);
    expect(() => store.indexed("size", "1")).toThrow('no index "size": there are color');
  });
});

it.each([
  ["10", "9", true],
  ["9", "10", false],
  ["18446744073709551615", "9007199254740993", true],
  ["7", "7", false],
  ["x", "7", true],
  ["7", undefined, true],
])("compares version %s with %s: later is %s", (candidate, other, later) => {
  expect(isLater(candidate, other)).toBe(later);
});

describe("a store with limits", () => {
  const left: string[] = [];
  const placed = (namespace: string, name: string, version: string, color = "red"): Thing => ({
    ...thing(name, version, color),
    metadata: { namespace, name, resourceVersion: version },
  });
  const verdicts: Record<string, "yes" | "later"> = { ours: "yes", early: "later" };
  let limited: ObjectStore<Thing>;
  beforeEach(() => {
    left.length = 0;
    limited = new ObjectStore<Thing>(
      {},
      {
        counts: ({ metadata }) => verdicts[metadata.namespace ?? ""] ?? "no",
        mostBytes: () => 1_000,
        mostPerNamespace: 2,
        onLeftOut: ({ metadata }, why) => left.push(`${metadata.namespace}/${metadata.name} ${why}`),
      },
    );
    limited.onChange(({ type, object }) => told.push(`${type} ${object.metadata.name}`));
  });

  it("keeps no objects of a foreign namespace, and records that a namespace of an unknown tenant may have some", () => {
    limited.upsert(placed("foreign", "a", "1"));
    limited.upsert(placed("early", "a", "2"));
    limited.remove(placed("foreign", "a", "3"));
    expect(limited.size).toBe(0);
    expect(left).toEqual(["foreign/a foreign", "early/a unknown-tenant"]);
    expect(limited.mayLack({ namespace: "foreign", name: "a" })).toBe(false);
    expect(limited.mayLack({ namespace: "early", name: "any" })).toBe(true);
    expect(told).toEqual([]);
  });

  it("removes an object that has become too large, and keeps it again when it is small again", () => {
    limited.upsert(placed("ours", "a", "1"));
    limited.upsert(placed("ours", "a", "2", "x".repeat(2_000)));
    expect(limited.get({ namespace: "ours", name: "a" })).toBeUndefined();
    expect(limited.mayLack({ namespace: "ours", name: "a" })).toBe(true);
    limited.upsert(placed("ours", "a", "3"));
    expect(told).toEqual(["added a", "deleted a", "added a"]);
  });

  it("treats an endlessly nested object as too large", () => {
    let deep: object = {};
    for (let level = 0; level < 100_000; level += 1) deep = { deep };
    limited.upsert({ ...placed("ours", "a", "1"), ...deep });
    expect(left).toEqual(["ours/a large"]);
  });

  it("keeps a bounded number of objects of a namespace, from watch and list, and all that the operator wrote", () => {
    for (const name of ["a", "b", "c"]) limited.upsert(placed("ours", name, "1"));
    limited.upsert(placed("ours", "b", "2"));
    limited.written(placed("ours", "d", "3"));
    expect(limited.inNamespace("ours").map(({ metadata }) => metadata.name)).toEqual(["a", "b", "d"]);
    const collect = limited.collector();
    collect([placed("ours", "a", "4"), placed("ours", "b", "4")]);
    limited.replace(collect([placed("ours", "c", "4")]), "4");
    expect(limited.inNamespace("ours").map(({ metadata }) => metadata.name)).toEqual(["a", "b"]);
    expect(left).toEqual(["ours/c many", "ours/c many"]);
  });
});
