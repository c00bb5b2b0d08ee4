import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RetryableError } from "../../base/errors.ts";
import { findCondition } from "../../kubernetes/objects/conditions.ts";
import { eventually } from "../../kubernetes/testing/eventually.ts";
import { namesOf } from "../model/blueprint.ts";
import { retainedTenantKind, type Tenant, tenantKind, tenantPlanKind } from "../model/kinds.ts";
import type { Resource } from "../step/resource.ts";
import type { ObservedWorld } from "../testing/observed-world.ts";
import { liveTenant, playDeletion, reconcileOnce, settle, settleDeletion } from "../testing/play-cluster.ts";
import { tenantManifest } from "../testing/tenant-manifest.ts";
import { startTestPlatform, type TestPlatform } from "../testing/test-platform.ts";
import { destroyExpired } from "./destroy.ts";
import { listRetained } from "./retained-tenants.ts";

const manager = { fieldManager: "test" };
let platform: TestPlatform;

beforeAll(async () => {
  platform = await startTestPlatform();
  const plan = { apiVersion: "dotmac.io/v1alpha1", kind: "TenantPlan", metadata: { name: "standard" } };
  await platform.cluster.client.create(tenantPlanKind, { ...plan, spec: {} } as never, manager);
});

afterAll(() => platform[Symbol.asyncDispose]());

describe("the RetainedTenant of expired data", () => {
  it("is Destroying while the data are destroyed, and gone right after, before the next full list", async () => {
    const names = await expired("honest");
    const world = platform.newWorld();
    await listRetained(world);
    const { size } = (await entry(names.id))?.status ?? {};
    const seen: unknown[] = [];
    const watching = { ...noResource, destroy: async () => void seen.push((await entry(names.id))?.status) };
    expect(await destroyExpired(world, [...world.resources, watching])).toEqual([names.id]);
    expect(seen).toEqual([expect.objectContaining({ state: "Destroying", size })]);
    expect(size).toMatch(/^[1-9]/);
    expect(await entry(names.id)).toBeUndefined();
    const told = platform.events.filter(({ regarding }) => regarding.metadata.name === names.id);
    expect(told.map(({ reason }) => reason)).toEqual(["DataDestroyed"]);
  });

  it("stays Destroying when the destruction fails", async () => {
    const names = await expired("failing");
    const world = platform.newWorld();
    const refuse = { ...noResource, destroy: () => Promise.reject(new Error("out of shared memory")) };
    await expect(destroyExpired(world, [refuse])).rejects.toThrow("out of shared memory");
    expect((await entry(names.id))?.status?.state).toBe("Destroying");
    expect(await destroyExpired(platform.newWorld(), world.resources)).toEqual([names.id]);
    expect(await entry(names.id)).toBeUndefined();
  });

  it("does not block the destruction when it cannot be written, and goes with the next list", async () => {
    const names = await expired("unlisted");
    const world = platform.newWorld();
    const away = { ...world.cluster, writeStatus: refused, remove: refused };
    expect(await destroyExpired({ ...world, cluster: away }, world.resources)).toEqual([names.id]);
    expect((await entry(names.id))?.status?.state).toBe("Retained");
    await listRetained(platform.newWorld());
    expect(await entry(names.id)).toBeUndefined();
  });

  it("is current although sizes cannot be measured, keeps the last size, and the failure is reported", async () => {
    const [kept, gone] = [await expired("kept"), await expired("gone")];
    const world = platform.newWorld();
    await listRetained(world);
    const before = (await entry(kept.id))?.status;
    expect(before?.size).toMatch(/^[1-9]/);
    await platform.database.postgres.query(
      "UPDATE public.tenants SET state = 'destroyed', destroyed_at = now() WHERE id = $1",
      [gone.id],
    );
    await expect(listRetained(withoutSizes(world))).rejects.toMatchObject({ reason: "DatabaseBusy" });
    expect(await entry(gone.id)).toBeUndefined();
    expect((await entry(kept.id))?.status).toEqual(before);
  });
});

describe("a deleted Tenant with finalizers of others", () => {
  it("names the finalizers that it waits for once everything is released, and shows no old endpoint", async () => {
    const tenant = await readied("held");
    await setFinalizers("held", (own) => [...own, "example.com/archive", "example.org/invoice"]);
    await platform.cluster.client.delete(tenantKind, { name: "held" });
    const outcome = await releasedBy(platform.newWorld(), "held");
    expect(outcome).toMatchObject({ kind: "waiting", reason: "FinalizersOfOthers" });
    const { metadata, status } = await liveTenant(platform, "held");
    expect(metadata.finalizers).toEqual(["example.com/archive", "example.org/invoice"]);
    const told = { reason: "FinalizersOfOthers", observedGeneration: metadata.generation };
    expect(findCondition(status?.conditions, "Ready")).toMatchObject({ status: "False", ...told });
    expect(findCondition(status?.conditions, "Ready")?.message).toContain(
      "until others remove their finalizers: example.com/archive, example.org/invoice.",
    );
    expect(findCondition(status?.conditions, "Reconciling")).toMatchObject({ status: "True", ...told });
    expect(status).toMatchObject({ phase: "Deleting", id: namesOf(tenant).id });
    expect([status?.endpoint, status?.runtime, status?.credentials]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it("names the remaining finalizers, is not written again while they stay, and goes with the last", async () => {
    await setFinalizers("held", () => ["example.org/invoice"]);
    const world = platform.newWorld();
    expect(await reconcileOnce(platform, "held", world)).toMatchObject({ kind: "waiting" });
    const { status } = await liveTenant(platform, "held");
    expect(findCondition(status?.conditions, "Ready")?.message).toContain("finalizers: example.org/invoice.");
    expect(await reconcileOnce(platform, "held", world)).toMatchObject({ kind: "waiting" });
    expect(world.writes).toEqual(["status of Tenant held"]);
    await setFinalizers("held", () => []);
    await settleDeletion(platform, "held");
  });

  it("names five of many finalizers", async () => {
    await readied("crowded");
    const many = [1, 2, 3, 4, 5, 6, 7].map((number) => `example.com/f${number}`);
    await setFinalizers("crowded", (own) => [...many, ...own]);
    await platform.cluster.client.delete(tenantKind, { name: "crowded" });
    await releasedBy(platform.newWorld(), "crowded");
    const { status } = await liveTenant(platform, "crowded");
    expect(findCondition(status?.conditions, "Ready")?.message).toContain("example.com/f5 and 2 more.");
    await setFinalizers("crowded", () => []);
  });

  it("causes no failure when it goes while its status is written", async () => {
    await readied("raced");
    await setFinalizers("raced", (own) => [...own, "example.com/archive", "example.com/other"]);
    await platform.cluster.client.delete(tenantKind, { name: "raced" });
    const world = platform.newWorld();
    await releasedBy(world, "raced");
    await setFinalizers("raced", () => ["example.com/other"]);
    const goes: ObservedWorld["cluster"] = {
      ...world.cluster,
      async writeStatus(kind, live, status) {
        await setFinalizers("raced", () => []);
        return world.cluster.writeStatus(kind, live, status);
      },
    };
    expect(await reconcileOnce(platform, "raced", { ...world, cluster: goes })).toEqual({ kind: "done" });
  });
});

describe("a deleted Tenant that was refused the data that it names", () => {
  it("is released after one question about their owner", async () => {
    const spec = { adoptFrom: "aaaaaaaaaa" };
    await platform.cluster.client.create(tenantKind, tenantManifest("refused", spec), manager);
    expect(await settle(platform, "refused")).toMatchObject({ reason: "AdoptionRefused" });
    await platform.cluster.client.delete(tenantKind, { name: "refused" });
    const world = platform.newWorld();
    const asked: string[] = [];
    const query: typeof world.postgres.query = (text, values) => {
      asked.push(text);
      return world.postgres.query(text, values);
    };
    const outcome = await reconcileOnce(platform, "refused", {
      ...world,
      postgres: { ...world.postgres, query },
    });
    expect(outcome).toEqual({ kind: "done" });
    expect(asked).toEqual([expect.stringContaining("FROM public.tenants WHERE id = $1")]);
  });
});

/** A part of a tenant that does nothing. */
const noResource: Resource = {
  condition: "NothingReady",
  ensure: async () => ({ kind: "done" }),
  drifted: () => [],
  revoke: async () => {},
  destroy: async () => {},
};

const refused = () => Promise.reject(new Error("the API server is away"));

/** A world in which PostgreSQL has no memory to measure schemas. */
function withoutSizes(world: ObservedWorld): ObservedWorld {
  const busy = new RetryableError("DatabaseBusy", "PostgreSQL is out of memory (53200).");
  const query: typeof world.postgres.query = (text, values) =>
    text.includes("schema_sizes") ? Promise.reject(busy) : world.postgres.query(text, values);
  return { ...world, postgres: { ...world.postgres, query } };
}

async function readied(name: string, spec: Partial<Tenant["spec"]> = {}): Promise<Tenant> {
  const tenant = await platform.cluster.client.create(tenantKind, tenantManifest(name, spec), manager);
  expect(await settle(platform, name)).toEqual({ kind: "done" });
  return tenant;
}

/** The names of a deleted Tenant whose data are due for destruction. */
async function expired(name: string): Promise<ReturnType<typeof namesOf>> {
  const names = namesOf(await readied(name, { deletionPolicy: "Delete" }));
  await platform.cluster.client.delete(tenantKind, { name });
  await settleDeletion(platform, name);
  await platform.database.postgres.query("UPDATE public.tenants SET delete_after = now() WHERE id = $1", [
    names.id,
  ]);
  return names;
}

/** Reconciles a deleted Tenant until the operator has released it. */
function releasedBy(world: ObservedWorld, name: string) {
  return eventually(`${name} is released`, async () => {
    const outcome = await playDeletion(platform, name, world);
    const { metadata } = await liveTenant(platform, name);
    return metadata.finalizers?.some((finalizer) => finalizer.startsWith("dotmac.io/")) ? false : outcome;
  });
}

async function setFinalizers(
  name: string,
  change: (present: readonly string[]) => readonly string[],
): Promise<void> {
  const { metadata } = await liveTenant(platform, name);
  const finalizers = change(metadata.finalizers ?? []);
  await platform.cluster.client.merge(tenantKind, { name }, { metadata: { finalizers } } as never, manager);
}

async function entry(id: string) {
  return platform.cluster.cluster.get(retainedTenantKind, { name: id });
}
