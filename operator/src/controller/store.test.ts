import { beforeEach, describe, expect, it } from "vitest";
import type { KubernetesObject } from "./kinds.ts";
import { isLater } from "./resource-version.ts";
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
  it("ignores what is older than what it has", () => {
    store.upsert(thing("a", "10", "blue"));
    store.upsert(thing("a", "9", "red"));
    store.remove(thing("a", "9"));
    expect(store.get({ name: "a" })?.color).toBe("blue");
    expect(told).toEqual(["added a"]);
  });

  it("shows a write of ours at once and does not report it, neither then nor when the watch brings it", () => {
    store.upsert(thing("a", "10", "red"));
    store.written(thing("a", "11", "blue"));
    store.upsert(thing("a", "11", "blue"));
    expect(store.get({ name: "a" })?.color).toBe("blue");
    expect(told).toEqual(["added a"]);
  });

  it("keeps an object that we made again when the end of the old one arrives late", () => {
    store.upsert(thing("a", "10"));
    store.written(thing("a", "12"));
    store.remove(thing("a", "11"));
    expect(store.get({ name: "a" })?.metadata.resourceVersion).toBe("12");
  });

  it("does not bring back what was deleted before the answer to our write of it arrived", () => {
    store.upsert(thing("a", "10"));
    store.remove(thing("a", "12"));
    store.written(thing("a", "11"));
    expect(store.get({ name: "a" })).toBeUndefined();
    store.written(thing("a", "13"));
    expect(store.get({ name: "a" })?.metadata.resourceVersion).toBe("13");
    expect(told).toEqual(["added a", "deleted a"]);
  });

  it("keeps a write of ours that a list is too old to know", () => {
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

  it("takes a list as it is when the server was restored to an older state", () => {
    store.upsert(thing("a", "100", "blue"));
    store.written(thing("b", "101"));
    store.replace([thing("a", "50", "red")], "60", { restored: true });
    expect(store.get({ name: "a" })?.color).toBe("red");
    expect(store.get({ name: "b" })).toBeUndefined();
  });

  it("lets a list of a part remove only objects of that part", () => {
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
])("knows whether version %s is later than %s: %s", (candidate, other, later) => {
  expect(isLater(candidate, other)).toBe(later);
});
