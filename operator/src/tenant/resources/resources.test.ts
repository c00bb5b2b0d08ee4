import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import type {} from "../../../../harness/services/vitest.ts";
import { done, stalled } from "../../kubernetes/loop/outcome.ts";
import { findCondition } from "../../kubernetes/objects/conditions.ts";
import { destroyExpired } from "../deletion/destroy.ts";
import { namesOf } from "../model/blueprint.ts";
import { tenantKind, tenantPlanKind } from "../model/kinds.ts";
import type { Resource } from "../step/resource.ts";
import { sweepPlatform } from "../sweep/sweep.ts";
import { liveTenant, settle, settleDeletion } from "../testing/play-cluster.ts";
import { tenantManifest } from "../testing/tenant-manifest.ts";
import { startTestPlatform, type TestPlatform } from "../testing/test-platform.ts";
import { tenantResources } from "./resources.ts";

const manager = { fieldManager: "test" };
let platform: TestPlatform;

beforeAll(async () => {
  platform = await startTestPlatform({
    postgres: inject("postgres18"),
    redisCache: inject("redisCache"),
    redisState: inject("redisState"),
  });
  const plan = {
    apiVersion: "dotmac.io/v1alpha1",
    kind: "TenantPlan",
    metadata: { name: "standard" },
    spec: {},
  };
  await platform.cluster.client.create(tenantPlanKind, plan as never, manager);
});
afterAll(() => platform[Symbol.asyncDispose]());

/** A tenant's bucket on a server that a test can look into. */
interface Bucket {
  open: boolean;
  readonly objects: string[];
}

/** A fourth resource, as small as one can be: the list with it is all that the rest of the operator is given. */
function withBuckets(buckets: Map<string, Bucket>): readonly Resource[] {
  const bucketStore: Resource = {
    condition: "BucketReady",
    async ensure({ plan: { names } }) {
      const { objects = [] } = buckets.get(names.id) ?? {};
      buckets.set(names.id, { open: true, objects });
      return done;
    },
    drifted: (tenants) => [
      {
        part: "buckets",
        drifted: Promise.resolve(tenants.filter(({ plan }) => !buckets.get(plan.names.id)?.open)),
      },
    ],
    async revoke({ names }) {
      const bucket = buckets.get(names.id);
      if (bucket !== undefined) bucket.open = false;
    },
    async destroy({ id }) {
      buckets.delete(id);
    },
  };
  return [...tenantResources, bucketStore];
}

describe("a resource that is added to the list", () => {
  let buckets: Map<string, Bucket>;
  let resources: readonly Resource[];

  beforeEach(() => {
    buckets = new Map();
    resources = withBuckets(buckets);
  });

  it("is made, found when it drifts, revoked with the tenant and destroyed after its grace", async () => {
    const spec = { deletionPolicy: "Delete" as const, deletionGrace: "1h" };
    const { id } = namesOf(
      await platform.cluster.client.create(tenantKind, tenantManifest("added", spec), manager),
    );
    expect(await settle(platform, "added", platform.newWorld(), resources)).toEqual({ kind: "done" });
    const ready = await liveTenant(platform, "added");
    expect(findCondition(ready.status?.conditions, "BucketReady")?.status).toBe("True");
    buckets.get(id)?.objects.push("invoice.pdf");

    const sweep = () => sweepPlatform([ready], platform.newWorld(), resources);
    expect(await sweep()).toEqual({ drifted: [], failures: [] });
    buckets.set(id, { open: false, objects: ["invoice.pdf"] });
    expect(await sweep()).toEqual({ drifted: ["added"], failures: [] });
    await settle(platform, "added", platform.newWorld(), resources);
    expect(await sweep()).toEqual({ drifted: [], failures: [] });

    await platform.cluster.client.delete(tenantKind, { name: "added" });
    await settleDeletion(platform, "added", platform.newWorld(), resources);
    expect(buckets.get(id)).toEqual({ open: false, objects: ["invoice.pdf"] });
    expect(await destroyExpired(platform.newWorld(), resources)).toEqual([]);
    await platform.database.postgres.query("UPDATE public.tenants SET delete_after = now() WHERE id = $1", [
      id,
    ]);
    expect(await destroyExpired(platform.newWorld(), resources)).toEqual([id]);
    expect(buckets.has(id)).toBe(false);
  });

  it("holds up what comes after it while it is not done", async () => {
    const blocked = resources.map((resource) =>
      resource.condition === "BucketReady"
        ? {
            ...resource,
            ensure: async () => stalled("BucketRefused", "Expected room, found none: add disks."),
          }
        : resource,
    );
    await platform.cluster.client.create(tenantKind, tenantManifest("blocked"), manager);
    expect(await settle(platform, "blocked", platform.newWorld(), blocked)).toMatchObject({
      kind: "stalled",
      reason: "BucketRefused",
    });
    const { status } = await liveTenant(platform, "blocked");
    expect(findCondition(status?.conditions, "CacheReady")?.status).toBe("True");
    expect(findCondition(status?.conditions, "Migrated")).toBeUndefined();
  });

  it("that cannot be looked at hides no drift of the others", async () => {
    const broken = resources.map((resource) =>
      resource.condition === "BucketReady"
        ? {
            ...resource,
            drifted: () => [{ part: "buckets", drifted: Promise.reject(new Error("no answer")) }],
          }
        : resource,
    );
    await platform.cluster.client.create(tenantKind, tenantManifest("looked-at"), manager);
    await settle(platform, "looked-at");
    const tenant = await liveTenant(platform, "looked-at");
    for (const role of ["cache", "state"] as const)
      await platform.newWorld().redis[role].deleteUser(namesOf(tenant).redis.user);
    expect(await sweepPlatform([tenant], platform.newWorld(), broken)).toEqual({
      drifted: ["looked-at"],
      failures: [{ part: "buckets", error: new Error("no answer") }],
    });
  });
});
