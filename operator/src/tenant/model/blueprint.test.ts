import { describe, expect, it } from "vitest";
import { sampleBlueprint, sampleTenant } from "../testing/sample-blueprint.ts";
import { namesOf, uidOf } from "./blueprint.ts";

describe("a blueprint", () => {
  it("takes from the plan what the spec leaves open", () => {
    expect(sampleBlueprint()).toMatchObject({
      replicas: 2,
      modules: ["customers", "billing"],
      maxCustomers: 500,
      resources: { limits: { cpu: "1", memory: "512Mi" } },
      database: { connectionLimit: 20, poolSize: 5, statementTimeoutMs: 15_000 },
    });
  });

  const small = { requests: { cpu: "50m", memory: "64Mi" }, limits: { cpu: "100m", memory: "128Mi" } };
  it.each([
    ["replicas", { runtime: { replicas: 5 } }, { replicas: 5 }],
    ["resources", { runtime: { resources: small } }, { resources: small }],
    ["modules", { modules: ["customers" as const] }, { modules: ["customers"] }],
  ])("takes %s from the spec where it has them", (_, spec, expected) => {
    expect(sampleBlueprint(spec)).toMatchObject(expected);
  });

  it("knows the schema version of the default image only", () => {
    expect(sampleBlueprint().schemaVersion).toBe(4);
    expect(sampleBlueprint({ runtime: { image: "other.example.test/x:2" } }).schemaVersion).toBeUndefined();
  });
});

describe("a tenant's id", () => {
  it("is the adopted one, or comes from the uid", () => {
    const { adoptFrom: _, ...spec } = sampleTenant().spec;
    expect(namesOf(sampleTenant()).id).toBe("k3v7q2mzxa");
    expect(namesOf({ ...sampleTenant(), spec }).id).toMatch(/^[a-z2-7]{10}$/);
    expect(namesOf({ ...sampleTenant(), spec }).id).not.toBe("k3v7q2mzxa");
  });

  it("needs a Tenant that the API server has seen", () => {
    expect(() => uidOf({ ...sampleTenant(), metadata: { name: "north" } })).toThrow("with its uid");
  });
});
