import { describe, expect, it } from "vitest";
import { sampleBlueprint, samplePlan, sampleSettings, sampleTenant } from "../testing/sample-blueprint.ts";
import { blueprintOf, namesOf, uidOf } from "./blueprint.ts";

describe("a blueprint", () => {
  it("takes fields from the plan that the spec leaves out", () => {
    expect(sampleBlueprint()).toMatchObject({
      replicas: 2,
      modules: ["customers", "billing"],
      maxCustomers: 500,
      resources: { limits: { cpu: "1", memory: "512Mi" } },
      database: { connectionLimit: 5, poolSize: 5, statementTimeoutMs: 15_000 },
    });
  });

  it("gives a login no more connections than PostgreSQL has memory for, with a plan that names more", () => {
    const { spec } = samplePlan;
    const generous = {
      ...samplePlan,
      spec: { ...spec, database: { ...spec.database, connectionLimit: 500 } },
    };
    expect(blueprintOf(sampleTenant(), generous, sampleSettings).database.connectionLimit).toBe(5);
  });

  const small = { requests: { cpu: "50m", memory: "64Mi" }, limits: { cpu: "100m", memory: "128Mi" } };
  it.each([
    ["replicas", { runtime: { replicas: 5 } }, { replicas: 5 }],
    ["resources", { runtime: { resources: small } }, { resources: small }],
    ["modules", { modules: ["customers" as const] }, { modules: ["customers"] }],
  ])("takes %s from the spec if it is set", (_, spec, expected) => {
    expect(sampleBlueprint(spec)).toMatchObject(expected);
  });

  it("knows the schema version of the default image only", () => {
    expect(sampleBlueprint().schemaVersion).toBe(4);
    expect(sampleBlueprint({ runtime: { image: "other.example.test/x:2" } }).schemaVersion).toBeUndefined();
  });
});

describe("the digest of a Tenant's own choice", () => {
  const choiceOf = (spec: Parameters<typeof sampleBlueprint>[0]) => sampleBlueprint(spec).ownChoice;
  const resources = { requests: { cpu: "1", memory: "1Gi" }, limits: { cpu: "1", memory: "1Gi" } };
  const every = {
    allowedOrigins: ["https://portal.example.com"],
    modules: ["customers" as const],
    suspended: true,
    runtime: { image: "other.example.test/x:2", replicas: 3, resources },
    metadata: { pods: { labels: { "example.com/team": "north" } } },
    egress: [{ host: "api.example.com", port: 443 }],
    paused: true,
    deletionPolicy: "Delete" as const,
    deletionGrace: "1h",
  };

  // Another digest would count as a choice of every Tenant: all waiting updates would go at once.
  it("keeps the form of earlier versions of the operator", () => {
    expect(sampleBlueprint({}).earlierChoice).toBe("75421c2b420c5a26");
    expect(sampleBlueprint(every).earlierChoice).toBe("dce845ea4de4a25d");
  });

  it("keeps its present form", () => {
    expect(choiceOf({})).toBe("03681cdaeea263cf");
    expect(choiceOf(every)).toBe("7e2c8435e939341e");
    const { egress: _, paused: __, deletionPolicy: ___, deletionGrace: ____, ...restarting } = every;
    expect(choiceOf(restarting)).toBe(choiceOf(every));
  });

  it("changes only with fields that restart pods", () => {
    expect(choiceOf({ allowedOrigins: ["https://portal.example.com"] })).not.toBe(choiceOf({}));
    expect(choiceOf({ displayName: "Other" })).not.toBe(choiceOf({}));
    expect(choiceOf({ adminEmail: "other@north.example.test" })).toBe(choiceOf({}));
    expect(choiceOf({ hosts: ["other.example.test"] })).toBe(choiceOf({}));
    expect(choiceOf({ suspended: true })).toBe(choiceOf({}));
  });
});

describe("a tenant's id", () => {
  it("is the adopted one, or is derived from the uid", () => {
    const { adoptFrom: _, ...spec } = sampleTenant().spec;
    expect(namesOf(sampleTenant()).id).toBe("k3v7q2mzxa");
    expect(namesOf({ ...sampleTenant(), spec }).id).toMatch(/^[a-z2-7]{10}$/);
    expect(namesOf({ ...sampleTenant(), spec }).id).not.toBe("k3v7q2mzxa");
  });

  it("needs a uid from the API server", () => {
    expect(() => uidOf({ ...sampleTenant(), metadata: { name: "north" } })).toThrow("with its uid");
  });
});
