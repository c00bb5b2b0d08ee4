import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Workload } from "../../../contract/labels.ts";
import { NotFound } from "../kubernetes/client/errors.ts";
import { findCondition } from "../kubernetes/objects/conditions.ts";
import { type Deployment, kinds } from "../kubernetes/objects/kinds.ts";
import { ManualClock } from "../kubernetes/testing/manual-clock.ts";
import { namesOf } from "./model/blueprint.ts";
import { type Tenant, tenantKind, tenantPlanKind } from "./model/kinds.ts";
import { requestAnnotations } from "./model/requests.ts";
import { createPlan } from "./testing/create-plan.ts";
import { endJob, liveTenant, playPods, reconcileOnce, settle } from "./testing/play-cluster.ts";
import { playPod } from "./testing/play-runtime.ts";
import { tenantManifest } from "./testing/tenant-manifest.ts";
import {
  defaultImage,
  schemaVersion,
  startTestPlatform,
  type TestPlatform,
} from "./testing/test-platform.ts";

const manager = { fieldManager: "test" };
const nextImage = "registry.example.test/dotmac/tenant-runtime:1.1.0";
let platform: TestPlatform;

beforeAll(async () => {
  platform = await startTestPlatform();
});
afterAll(() => platform?.[Symbol.asyncDispose]());

describe("a tenant whose plan names workers", () => {
  it("has them beside pods that leave the jobs to them, with room in the quota, and nothing is written twice", async () => {
    await readied("worked", { replicas: 2, resources: { limits: { memory: "768Mi" } } });
    const [runtime, workers] = [await deployment("worked", "runtime"), await deployment("worked", "worker")];
    expect([role(runtime), role(workers)]).toEqual(["api", "worker"]);
    expect(workers.spec?.replicas).toBe(2);
    const [own, of] = [pod(workers), pod(runtime)];
    expect(own).toMatchObject({ image: defaultImage, resources: { limits: { memory: "768Mi" } } });
    expect(own?.ports?.map(({ name }) => name)).toEqual(["management"]);
    expect(own?.volumeMounts).toEqual(of?.volumeMounts);
    const { namespace } = await names("worked");
    const read = platform.cluster.client;
    expect((await read.get(kinds.podDisruptionBudget, { namespace, name: "worker" })).spec).toMatchObject({
      selector: { matchLabels: { "app.kubernetes.io/component": "worker" } },
    });
    expect((await read.get(kinds.resourceQuota, { namespace, name: "tenant" })).spec?.hard?.pods).toBe("11");
    expect((await liveTenant(platform, "worked")).status).toMatchObject({
      runtime: { replicas: 2, readyReplicas: 2 },
      workers: { replicas: 2, readyReplicas: 2 },
    });
    const world = platform.newWorld();
    expect(await reconcileOnce(platform, "worked", world)).toEqual({ kind: "done" });
    expect(world.writes).toEqual([]);
  });

  it("is not ready until they are, and says how many", async () => {
    await createPlan(platform, "halfway", { workers: { replicas: 1 } });
    await create("halfway");
    expect(await settle(platform, "halfway")).toEqual({ kind: "done" });
    const { namespace } = await names("halfway");
    const place = { namespace, name: "worker" };
    await platform.cluster.client.merge(
      kinds.deployment,
      place,
      { status: { readyReplicas: 0, availableReplicas: 0 } },
      { ...manager, subresource: "status" },
    );
    expect(await reconcileOnce(platform, "halfway", platform.newWorld())).toMatchObject({
      kind: "waiting",
      reason: "RollingOut",
      message: "1 of 1 workers are up to date, 0 are ready.",
    });
    expect((await liveTenant(platform, "halfway")).status).toMatchObject({
      phase: "Degraded",
      workers: { replicas: 1, readyReplicas: 0 },
    });
  });

  it("gets them back as they were when somebody changes or deletes them", async () => {
    await readied("drifted", { replicas: 2 });
    const { namespace } = await names("drifted");
    const place = { namespace, name: "worker" };
    const { client } = platform.cluster;
    await client.merge(kinds.deployment, place, { spec: { replicas: 5 } }, manager);
    expect(await settle(platform, "drifted")).toEqual({ kind: "done" });
    expect((await client.get(kinds.deployment, place)).spec?.replicas).toBe(2);
    await client.delete(kinds.deployment, place);
    expect(await settle(platform, "drifted")).toEqual({ kind: "done" });
    expect((await client.get(kinds.deployment, place)).spec?.replicas).toBe(2);
  });

  it("has none while it is suspended, also without its plan, and none once it is deleted", async () => {
    await readied("asleep", { replicas: 2 });
    const { client } = platform.cluster;
    const { namespace } = await names("asleep");
    await change("asleep", { suspended: true });
    expect(await settle(platform, "asleep")).toEqual({ kind: "done" });
    expect((await deployment("asleep", "worker")).spec?.replicas).toBe(0);
    await change("asleep", { suspended: false });
    expect(await settle(platform, "asleep")).toEqual({ kind: "done" });
    await client.delete(tenantPlanKind, { name: "asleep" });
    await change("asleep", { suspended: true });
    expect(await settle(platform, "asleep")).toMatchObject({ reason: "PlanNotFound" });
    expect((await deployment("asleep", "worker")).spec?.replicas).toBe(0);
    expect((await liveTenant(platform, "asleep")).status?.workers?.replicas).toBe(0);
    await client.delete(tenantKind, { name: "asleep" });
    await reconcileOnce(platform, "asleep", platform.newWorld());
    const left = client.get(kinds.deployment, { namespace, name: "worker" });
    await expect(left).rejects.toBeInstanceOf(NotFound);
  });

  it("rotates its credentials only after a worker has followed too", async () => {
    await readied("rotated", { replicas: 1 });
    await using worker = await playPod(platform, "rotated", "w", "worker");
    const metadata = { annotations: { [requestAnnotations.rotation]: "now" } };
    await platform.cluster.client.merge(tenantKind, { name: "rotated" }, { metadata }, manager);
    // Begins, admits the new credentials, and gives them to the pods.
    for (let stage = 0; stage < 3; stage += 1) await reconcileOnce(platform, "rotated", platform.newWorld());
    const rotating = async () =>
      findCondition((await liveTenant(platform, "rotated")).status?.conditions, "CredentialsRotating");
    expect((await rotating())?.message).toContain("1 of 1 pods have not switched yet. Pod w uses");
    await worker.follow();
    await reconcileOnce(platform, "rotated", platform.newWorld());
    expect(await rotating()).toMatchObject({ reason: "ReplacingSigningKey" });
  });

  it("runs them with the image before until the migration of the next one has ended", async () => {
    await readied("migrated", { replicas: 1 });
    const world = platform.newWorld();
    const next = {
      ...world,
      settings: { ...world.settings, runtime: { image: nextImage, schemaVersion: schemaVersion + 1 } },
    };
    expect(await reconcileOnce(platform, "migrated", next)).toMatchObject({ reason: "Migrating" });
    const images = async () =>
      [await deployment("migrated", "runtime"), await deployment("migrated", "worker")].map(
        (live) => pod(live)?.image,
      );
    expect(await images()).toEqual([defaultImage, defaultImage]);
    const { namespace } = await names("migrated");
    for (const job of await platform.cluster.client.listAll(kinds.job, { namespace }))
      if (job.status?.conditions === undefined)
        await endJob(platform, job, "Complete", String(schemaVersion + 1));
    expect(await settle(platform, "migrated", next)).toEqual({ kind: "done" });
    expect(await images()).toEqual([nextImage, nextImage]);
  });
});

describe("a plan that names no workers any more", () => {
  it("keeps them until the other pods do the jobs, and removes them then", async () => {
    await readied("returned", { replicas: 1 });
    const { namespace } = await names("returned");
    await changePlan("returned", { replicas: 0 });
    expect(await reconcileOnce(platform, "returned", platform.newWorld())).toMatchObject({
      reason: "RollingOut",
    });
    expect(role(await deployment("returned", "runtime"))).toBeUndefined();
    expect((await deployment("returned", "worker")).spec?.replicas).toBe(1);
    await playPods(platform, "returned");
    expect(await settle(platform, "returned")).toEqual({ kind: "done" });
    const { client } = platform.cluster;
    const left = [
      ...(await client.listAll(kinds.deployment, { namespace })),
      ...(await client.listAll(kinds.podDisruptionBudget, { namespace })),
    ];
    expect(left.map(({ metadata }) => metadata.name)).toEqual(["runtime", "runtime"]);
    expect((await liveTenant(platform, "returned")).status).not.toHaveProperty("workers");
  });

  it("keeps them, as it does all pods, until the maintenance window opens", async () => {
    const hour = 3_600_000;
    const opens = new Date(Math.ceil(Date.now() / 60_000) * 60_000 + 3 * hour);
    const at = (time: number) => ({ ...platform.newWorld(), clock: new ManualClock(new Date(time)) });
    const closed = opens.getTime() - hour;
    await createPlan(platform, "windowed", { workers: { replicas: 2 } });
    const maintenanceWindow = { start: opens.toISOString().slice(11, 16), duration: "1h" };
    await create("windowed", { timeZone: "UTC", maintenanceWindow });
    expect(await settle(platform, "windowed", at(closed))).toEqual({ kind: "done" });
    const pending = async () =>
      findCondition((await liveTenant(platform, "windowed")).status?.conditions, "UpdatePending")?.message;

    await changePlan("windowed", { resources: { limits: { memory: "1Gi" } } });
    expect(await settle(platform, "windowed", at(closed))).toMatchObject({ kind: "done" });
    expect(await pending()).toContain("Waiting changes: other resources of the workers.");
    await changePlan("windowed", { replicas: 0 });
    expect(await settle(platform, "windowed", at(closed))).toMatchObject({ kind: "done" });
    const workers = await deployment("windowed", "worker");
    expect(workers.spec?.replicas).toBe(2);
    expect(pod(workers)?.resources?.limits?.memory).toBe("512Mi");
    expect(role(await deployment("windowed", "runtime"))).toBe("api");

    expect(await settle(platform, "windowed", at(opens.getTime() + 60_000))).toEqual({ kind: "done" });
    expect(role(await deployment("windowed", "runtime"))).toBeUndefined();
    expect(await pending()).toBeUndefined();
  });
});

/** Creates a ready tenant with a plan of its own, both of this name. */
async function readied(name: string, workers: object): Promise<void> {
  await createPlan(platform, name, { workers });
  await create(name);
  expect(await settle(platform, name)).toEqual({ kind: "done" });
}

function create(name: string, spec: Partial<Tenant["spec"]> = {}): Promise<Tenant> {
  return platform.cluster.client.create(tenantKind, tenantManifest(name, { plan: name, ...spec }), manager);
}

function change(name: string, spec: object): Promise<Tenant> {
  return platform.cluster.client.merge(tenantKind, { name }, { spec }, manager);
}

async function changePlan(name: string, workers: object): Promise<void> {
  await platform.cluster.client.merge(tenantPlanKind, { name }, { spec: { workers } }, manager);
}

async function names(name: string) {
  return namesOf(await liveTenant(platform, name));
}

async function deployment(tenant: string, name: Workload): Promise<Deployment> {
  const { namespace } = await names(tenant);
  return platform.cluster.client.get(kinds.deployment, { namespace, name });
}

function pod({ spec }: Deployment) {
  return spec?.template.spec?.containers[0];
}

function role(live: Deployment): string | undefined {
  return pod(live)?.env?.find(({ name }) => name === "DOTMAC_ROLE")?.value;
}
