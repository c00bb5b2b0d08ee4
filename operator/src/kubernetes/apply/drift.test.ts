import { describe, expect, it } from "vitest";
import { desiredHash } from "../objects/desired-hash.ts";
import type { KubernetesObject } from "../objects/kinds.ts";
import { findDrift } from "./drift.ts";

function having(content: object): KubernetesObject {
  return { apiVersion: "v1", kind: "Thing", metadata: { name: "a" }, ...content };
}

describe("drift", () => {
  it.each<[string, object, object]>([
    ["a field that the server adds", { spec: { a: 1 } }, { spec: { a: 1, b: 2 }, status: {} }],
    [
      "an amount in other words",
      { spec: { hard: { "requests.cpu": "0.5" } } },
      { spec: { hard: { "requests.cpu": "500m" } } },
    ],
    ["an amount as a number", { spec: { limits: { cpu: 1 } } }, { spec: { limits: { cpu: "1" } } }],
    ["nothing where nothing is wanted", { spec: { ingress: [], labels: {}, gone: null } }, { spec: {} }],
    ["an undefined field", { spec: { a: undefined } }, { spec: { a: 1 } }],
    [
      "a finalizer of others",
      { metadata: { name: "a", finalizers: ["x"] } },
      { metadata: { name: "a", finalizers: ["y", "x"] } },
    ],
  ])("is not %s", (_title, desired, live) => {
    expect(findDrift(having(desired), having(live))).toBeUndefined();
  });

  it.each<[string, object, object, string]>([
    ["another value", { spec: { a: { b: 1 } } }, { spec: { a: { b: 2 } } }, "spec.a.b"],
    ["a missing value", { spec: { a: false } }, { spec: {} }, "spec.a"],
    [
      "something in a map wanted empty",
      { spec: { podSelector: {} } },
      { spec: { podSelector: { a: 1 } } },
      "spec.podSelector",
    ],
    [
      "something in a list wanted empty",
      { spec: { ingress: [] } },
      { spec: { ingress: [{}] } },
      "spec.ingress",
    ],
    ["a longer list", { spec: { list: [1] } }, { spec: { list: [1, 2] } }, "spec.list"],
    ["another order", { spec: { list: [1, 2] } }, { spec: { list: [2, 1] } }, "spec.list.0"],
    [
      "another amount",
      { spec: { limits: { cpu: "1" } } },
      { spec: { limits: { cpu: "1500m" } } },
      "spec.limits.cpu",
    ],
    ["another text that reads like an amount", { data: { a: "1" } }, { data: { a: "1000m" } }, "data.a"],
    [
      "a missing label",
      { metadata: { name: "a", labels: { x: "1" } } },
      { metadata: { name: "a" } },
      "metadata.labels.x",
    ],
  ])("is %s", (_title, desired, live, path) => {
    expect(findDrift(having(desired), having(live))).toBe(path);
  });
});

describe("the hash of a desired object", () => {
  it("does not depend on the order of fields, nor on undefined ones", () => {
    const one = having({ spec: { a: 1, b: [{ c: 2, d: 3 }] } });
    const other = having({ spec: { b: [{ d: 3, c: 2 }], a: 1, e: undefined } });
    expect(desiredHash(one)).toBe(desiredHash(other));
  });

  it("depends on every value and on the order of lists", () => {
    const hashes = [{ a: 1 }, { a: 2 }, { a: "1" }, { a: [1, 2] }, { a: [2, 1] }, {}].map((spec) =>
      desiredHash(having({ spec })),
    );
    expect(new Set(hashes).size).toBe(hashes.length);
  });

  it("does not reveal a Secret's values, but depends on their names", () => {
    const secret = (data: object) => ({ ...having({ data }), kind: "Secret" });
    expect(desiredHash(secret({ a: "YQ==" }))).toBe(desiredHash(secret({ a: "Yg==" })));
    expect(desiredHash(secret({ a: "YQ==" }))).not.toBe(desiredHash(secret({ a: "YQ==", b: "" })));
  });
});
