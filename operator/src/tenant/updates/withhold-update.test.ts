import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findCondition } from "../../kubernetes/objects/conditions.ts";
import { type Deployment, kinds } from "../../kubernetes/objects/kinds.ts";
import { ManualClock } from "../../kubernetes/testing/manual-clock.ts";
import { ownChoiceAnnotation, restartOf } from "../desired/workload/deployment.ts";
import { blueprintOf, namesOf } from "../model/blueprint.ts";
import { type Tenant, tenantKind, tenantPlanKind } from "../model/kinds.ts";
import { requestAnnotations } from "../model/requests.ts";
import type { PlatformSettings } from "../model/settings.ts";
import { reconcileTenant } from "../reconcile.ts";
import { createPlan } from "../testing/create-plan.ts";
import { Crash, type ObservedWorld } from "../testing/observed-world.ts";
import { endJob, liveTenant, playPods, reconcileOnce, settle } from "../testing/play-cluster.ts";
import { tenantManifest } from "../testing/tenant-manifest.ts";
import {
  defaultImage,
  schemaVersion,
  startTestPlatform,
  type TestPlatform,
} from "../testing/test-platform.ts";

const manager = { fieldManager: "test" };
const nextImage = "registry.example.test/dotmac/tenant-runtime:1.1.0";
const hour = 3_600_000;
// Near the real time, because PostgreSQL's own clock ends the migrator's login.
const opens = new Date(Math.ceil(Date.now() / 60_000) * 60_000 + 3 * hour);
const closed = new Date(opens.getTime() - 2 * hour);
const open = new Date(opens.getTime() + 60_000);
const over = new Date(opens.getTime() + 2 * hour);
const maintenanceWindow = { start: opens.toISOString().slice(11, 16), duration: "1h" };

let platform: TestPlatform;

beforeAll(async () => {
  platform = await startTestPlatform();
  for (const name of ["standard", "changing"]) await createPlan(platform, name);
});

afterAll(() => platform[Symbol.asyncDispose]());

describe("a new default image, while the maintenance window is closed", () => {
  it("waits, is reported once, keeps the tenant ready and is checked again when the window opens", async () => {
    await readied("waits");
    platform.events.splice(0);
    const world = at(closed);
    expect(await reconcileOnce(platform, "waits", world)).toEqual({ kind: "done", recheckAfter: 2 * hour });
    expect(world.writes).toEqual(["status of Tenant waits"]);
    expect(await image("waits")).toBe(defaultImage);
    const { status } = await liveTenant(platform, "waits");
    expect(findCondition(status?.conditions, "Ready")).toMatchObject({ status: "True", reason: "Ready" });
    const utc = opens.toISOString().replace(".000Z", "Z");
    const pending = findCondition(status?.conditions, "UpdatePending");
    expect(pending).toMatchObject({ status: "True", reason: "WaitingForMaintenanceWindow" });
    expect(pending?.message).toContain(`the image ${nextImage} in place of ${defaultImage}.`);
    expect(pending?.message).toContain(`at ${maintenanceWindow.start} UTC (${utc})`);

    const later = at(new Date(closed.getTime() + hour));
    expect(await reconcileOnce(platform, "waits", later)).toEqual({ kind: "done", recheckAfter: hour });
    expect(later.writes).toEqual([]);
    expect(platform.events.map(({ reason }) => reason)).toEqual(["WaitingForMaintenanceWindow"]);
  });

  it("is rolled out when it opens, and nothing is pending afterwards", async () => {
    expect(await settle(platform, "waits", at(open))).toEqual({ kind: "done" });
    expect(await image("waits")).toBe(nextImage);
    expect(await pendingOf("waits")).toBeUndefined();
    const world = at(over);
    expect(await reconcileOnce(platform, "waits", world)).toEqual({ kind: "done" });
    expect(world.writes).toEqual([]);
  });

  it("waits for the next window when the operator did not run during this one", async () => {
    await readied("missed");
    await reconcileOnce(platform, "missed", at(closed));
    const world = at(over);
    expect(await reconcileOnce(platform, "missed", world)).toEqual({ kind: "done", recheckAfter: 22 * hour });
    expect(world.writes).toEqual(["status of Tenant missed"]);
    expect(await image("missed")).toBe(defaultImage);
  });

  it("has no migration before the window, and is finished when the migration outlasts it", async () => {
    const { namespace } = namesOf(await readied("migrates"));
    const brings = { runtime: { image: nextImage, schemaVersion: schemaVersion + 1 } };
    const early = at(closed, brings);
    expect(await reconcileOnce(platform, "migrates", early)).toMatchObject({ kind: "done" });
    expect(await imagesOfJobs(namespace)).toEqual([defaultImage]);
    expect(await reconcileOnce(platform, "migrates", at(open, brings))).toMatchObject({
      reason: "Migrating",
    });
    expect(await imagesOfJobs(namespace)).toEqual([defaultImage, nextImage]);

    // Reports a Job that has no pod for so long, and does not replace it.
    expect(await reconcileOnce(platform, "migrates", at(over, brings))).toMatchObject({
      reason: "PodsRefused",
    });
    expect(await imagesOfJobs(namespace)).toEqual([defaultImage, nextImage]);
    for (const job of await platform.cluster.client.listAll(kinds.job, { namespace }))
      if (job.status?.conditions === undefined)
        await endJob(platform, job, "Complete", String(schemaVersion + 1));
    expect(await settle(platform, "migrates", at(over, brings))).toEqual({ kind: "done" });
    expect(await image("migrates")).toBe(nextImage);
  });

  it("is rolled out at once when the tenant has no window, and when its window is removed", async () => {
    await readied("free", {}, false);
    expect(await settle(platform, "free", at(closed))).toEqual({ kind: "done" });
    expect(await image("free")).toBe(nextImage);
    await readied("freed");
    await reconcileOnce(platform, "freed", at(closed));
    expect(await pendingOf("freed")).toBeDefined();
    await change("freed", { maintenanceWindow: null });
    expect(await settle(platform, "freed", at(closed))).toEqual({ kind: "done" });
    expect(await image("freed")).toBe(nextImage);
    expect(await pendingOf("freed")).toBeUndefined();
  });
});

describe("while an update waits", () => {
  it("a change of the Tenant that restarts pods is rolled out at once, together with the update", async () => {
    await pending("renamed");
    await change("renamed", { displayName: "Another name" });
    expect(await settle(platform, "renamed", at(closed))).toEqual({ kind: "done" });
    expect(await image("renamed")).toBe(nextImage);
    expect(await pendingOf("renamed")).toBeUndefined();
  });

  it.each([
    ["the number of pods", "scaled", { runtime: { replicas: 3 } }, 3],
    ["fields that no pod reads", "mailed", { adminEmail: "other@isp.test", deletionPolicy: "Delete" }, 2],
    ["the window itself", "moved", { maintenanceWindow: { ...maintenanceWindow, duration: "30m" } }, 2],
  ])("a change of %s is rolled out at once and leaves it waiting", async (_, name, spec, replicas) => {
    await pending(name);
    await change(name, spec);
    await playUntilDone(name);
    const live = await deployment(name);
    expect([live.spec?.replicas, await image(name)]).toEqual([replicas, defaultImage]);
    expect(await pendingOf(name)).toBeDefined();
  });

  it("a Deployment that another program has edited is restored at once", async () => {
    const { namespace } = await pending("edited");
    await platform.cluster.client.merge(
      kinds.deployment,
      { namespace, name: "runtime" },
      { spec: { template: { spec: { terminationGracePeriodSeconds: 1, priority: 5 } } } },
      manager,
    );
    await playUntilDone("edited");
    const { spec } = (await deployment("edited")).spec?.template ?? {};
    expect([spec?.terminationGracePeriodSeconds, spec?.priority]).toEqual([50, undefined]);
    expect(await image("edited")).toBe(defaultImage);
    expect(await pendingOf("edited")).toBeDefined();
  });

  it.each([
    ["deployment", "no-deployment"],
    ["configMap", "no-config"],
  ] as const)("a missing %s cannot be restored, so the update is rolled out at once", async (kind, name) => {
    const { namespace } = await pending(name);
    await platform.cluster.client.delete(kinds[kind], { namespace, name: "runtime" });
    expect(await settle(platform, name, at(closed))).toEqual({ kind: "done" });
    expect(await image(name)).toBe(nextImage);
  });

  it.each(["{", "{}", "null"])(
    "a malformed record %s of the template does not block the operator",
    async (text) => {
      const name = `record-${text.length}`;
      const { namespace } = await pending(name);
      const annotations = { "dotmac.io/applied-template": text };
      const live = { namespace, name: "runtime" };
      await platform.cluster.client.merge(kinds.deployment, live, { metadata: { annotations } }, manager);
      expect(await settle(platform, name, at(closed))).toEqual({ kind: "done" });
      expect(await image(name)).toBe(nextImage);
    },
  );

  it("a pause hides it, and the end of the pause shows it again", async () => {
    await pending("pauses");
    await change("pauses", { paused: true });
    await reconcileOnce(platform, "pauses", at(closed));
    expect(await pendingOf("pauses")).toBeUndefined();
    await change("pauses", { paused: false });
    await reconcileOnce(platform, "pauses", at(closed));
    expect(await pendingOf("pauses")).toBeDefined();
  });

  it("a tenant that is suspended gets it, because no pod would restart", async () => {
    await pending("suspends");
    await change("suspends", { suspended: true });
    expect(await settle(platform, "suspends", at(closed))).toEqual({ kind: "done" });
    expect([(await deployment("suspends")).spec?.replicas, await image("suspends")]).toEqual([0, nextImage]);
    expect(await pendingOf("suspends")).toBeUndefined();
    const third = "registry.example.test/dotmac/tenant-runtime:1.2.0";
    const later = at(closed, { runtime: { image: third, schemaVersion } });
    expect(await settle(platform, "suspends", later)).toEqual({ kind: "done" });
    expect(await image("suspends")).toBe(third);
  });
});

describe("a change of the platform that the Tenant has not asked for", () => {
  it("of the plan waits, with the pods' configuration, resources and quota unchanged", async () => {
    const { namespace } = namesOf(await readied("planned", { plan: "changing" }));
    const before = await configuration(namespace);
    await platform.cluster.client.merge(
      tenantPlanKind,
      { name: "changing" },
      {
        spec: {
          retention: { eventDays: 7 },
          runtime: { replicas: 3, resources: { limits: { memory: "1Gi" } } },
        },
      },
      manager,
    );
    const now = { runtime: { image: defaultImage, schemaVersion } };
    await playUntilDone("planned", now);
    expect((await pendingOf("planned"))?.message).toContain(
      "Waiting changes: another configuration of the pods.",
    );
    expect(await configuration(namespace)).toEqual(before);
    expect((await deployment("planned")).spec?.replicas).toBe(3);
    expect((await container("planned"))?.resources?.limits?.memory).toBe("512Mi");
    const quota = await platform.cluster.client.get(kinds.resourceQuota, { namespace, name: "tenant" });
    expect(quota.spec?.hard?.["limits.memory"]).toBe("3968Mi");

    expect(await settle(platform, "planned", at(open, now))).toEqual({ kind: "done" });
    expect((await configuration(namespace))[0]?.["tenant.json"]).toContain('"eventDays": 7');
    expect((await container("planned"))?.resources?.limits?.memory).toBe("1Gi");
  });

  it.each([
    ["ConfigMap runtime", "pooled", /^updated ConfigMap runtime/],
    ["Deployment", "rolled", /^updated Deployment/],
  ])("of the pooler is completed after a crash right after the %s", async (_, name, write) => {
    const { namespace } = namesOf(await readied(name));
    const pgbouncer = { host: "another-pooler.example.test", port: 6432 };
    const next = { pgbouncer, runtime: { image: defaultImage, schemaVersion } };
    const named = async () => (await configuration(namespace))[0]?.["tenant.json"]?.includes(pgbouncer.host);
    expect(await reconcileOnce(platform, name, at(closed, next))).toMatchObject({ kind: "done" });
    expect(await named()).toBe(false);
    const dying = at(open, next);
    dying.crashAfter(write);
    await expect(settle(platform, name, dying)).rejects.toThrow(Crash);
    expect(await settle(platform, name, at(over, next))).toEqual({ kind: "done" });
    expect(await named()).toBe(true);
    const after = at(over, next);
    await reconcileOnce(platform, name, after);
    expect(after.writes).toEqual([]);
  });
});

describe("a change of hosts", () => {
  it("does not change the Deployment, so that the tenant stays ready", async () => {
    await readied("moves");
    const { generation } = (await deployment("moves")).metadata;
    await change("moves", { hosts: ["elsewhere.isp.test"] });
    const world = at(closed, { runtime: { image: defaultImage, schemaVersion } });
    expect(await reconcileOnce(platform, "moves", world)).toEqual({ kind: "done" });
    expect((await deployment("moves")).metadata.generation).toBe(generation);
    const { status } = await liveTenant(platform, "moves");
    expect(findCondition(status?.conditions, "Ready")).toMatchObject({ status: "True", reason: "Ready" });
    expect(status?.endpoint).toBe("https://elsewhere.isp.test");
  });

  it("does not roll out a waiting update, also if an earlier operator recorded the choice", async () => {
    await readied("moves-early");
    const tenant = await liveTenant(platform, "moves-early");
    const plan = await platform.cluster.client.get(tenantPlanKind, { name: "standard" });
    const { earlierChoice } = blueprintOf(tenant, plan, platform.newWorld().settings);
    const place = { namespace: namesOf(tenant).namespace, name: "runtime" };
    const metadata = { annotations: { [ownChoiceAnnotation]: earlierChoice } };
    await platform.cluster.client.merge(kinds.deployment, place, { metadata }, manager);
    const world = at(closed, { runtime: { image: defaultImage, schemaVersion } });
    await settle(platform, "moves-early", world);
    const { annotations } = (await deployment("moves-early")).metadata;
    expect(annotations?.[ownChoiceAnnotation]).toBe(earlierChoice);
    await reconcileOnce(platform, "moves-early", at(closed));
    expect(await pendingOf("moves-early")).toBeDefined();
    expect(await image("moves-early")).toBe(defaultImage);
  });
});

describe("the annotation that requests a restart", () => {
  it("restarts pods at once and once for each text, while the update waits on", async () => {
    await pending("restarts");
    await request("restarts", "first");
    expect(await reconcileOnce(platform, "restarts", at(closed))).toMatchObject({ reason: "RollingOut" });
    expect([await restarted("restarts"), await image("restarts")]).toEqual(["first", defaultImage]);
    expect(await settle(platform, "restarts", at(closed))).toEqual({ kind: "done", recheckAfter: 2 * hour });
    expect(await pendingOf("restarts")).toBeDefined();
    const world = at(closed);
    await reconcileOnce(platform, "restarts", world);
    expect(world.writes).toEqual([]);
    await request("restarts", "second");
    await settle(platform, "restarts", at(closed));
    expect([await restarted("restarts"), await image("restarts")]).toEqual(["second", defaultImage]);
  });

  it("restarts none when it is removed, and its last text stays with the pods of the update", async () => {
    const { generation } = (await deployment("restarts")).metadata;
    await request("restarts", null);
    expect(await reconcileOnce(platform, "restarts", at(closed))).toMatchObject({ kind: "done" });
    expect((await deployment("restarts")).metadata.generation).toBe(generation);
    await settle(platform, "restarts", at(open));
    expect([await restarted("restarts"), await image("restarts")]).toEqual(["second", nextImage]);
    expect(await pendingOf("restarts")).toBeUndefined();
  });

  it("counts with its first 256 characters", async () => {
    await readied("restarts-long", {}, false);
    await request("restarts-long", "x".repeat(300));
    await settle(platform, "restarts-long", at(closed));
    expect(await restarted("restarts-long")).toBe("x".repeat(256));
  });

  function request(name: string, text: string | null): Promise<Tenant> {
    const metadata = { annotations: { [requestAnnotations.restart]: text } };
    return platform.cluster.client.merge(tenantKind, { name }, { metadata } as never, manager);
  }

  async function restarted(name: string): Promise<string | undefined> {
    return restartOf((await deployment(name)).spec?.template);
  }
});

it("a new authority does not wait, because no pod restarts to trust it", async () => {
  const { namespace } = namesOf(await readied("authority"));
  const before = await deployment("authority");
  const next = { ca: "another authority", runtime: { image: defaultImage, schemaVersion } };
  expect(await reconcileOnce(platform, "authority", at(closed, next))).toEqual({ kind: "done" });
  expect((await configuration(namespace))[1]?.["ca.crt"]).toBe("another authority");
  expect((await deployment("authority")).metadata.generation).toBe(before.metadata.generation);
  expect(await pendingOf("authority")).toBeUndefined();
});

it("a window in a time zone that the API server knows and the operator does not is refused, and the error says what to write", async () => {
  await create("lost", { maintenanceWindow });
  const tenant = await liveTenant(platform, "lost");
  const lost = { ...tenant, spec: { ...tenant.spec, timeZone: "Europe/Atlantis" } };
  const plan = await platform.cluster.client.get(tenantPlanKind, { name: lost.spec.plan });
  const world = platform.newWorld();
  expect(await reconcileTenant(lost, plan, world, world.resources)).toMatchObject({
    kind: "stalled",
    reason: "TimeZoneUnknown",
    message: expect.stringContaining("found Europe/Atlantis: set spec.timeZone to its name"),
  });
});

/** An operator at that time, whose configuration names the next image unless `settings` override it. */
function at(time: Date, settings: Partial<PlatformSettings> = {}): ObservedWorld {
  const world = platform.newWorld();
  const next = { runtime: { image: nextImage, schemaVersion }, ...settings };
  return { ...world, clock: new ManualClock(time), settings: { ...world.settings, ...next } };
}

/** Creates a ready tenant while its window is closed. */
async function readied(name: string, spec: Partial<Tenant["spec"]> = {}, windowed = true): Promise<Tenant> {
  const tenant = await create(name, { ...(windowed && { maintenanceWindow }), ...spec });
  const first = at(closed, { runtime: { image: defaultImage, schemaVersion } });
  expect(await settle(platform, name, first)).toEqual({ kind: "done" });
  return tenant;
}

/** Creates a tenant whose next image waits. */
async function pending(name: string) {
  const tenant = await readied(name);
  await reconcileOnce(platform, name, at(closed));
  expect(await pendingOf(name)).toBeDefined();
  return namesOf(tenant);
}

async function playUntilDone(name: string, settings: Partial<PlatformSettings> = {}): Promise<void> {
  await reconcileOnce(platform, name, at(closed, settings));
  await playPods(platform, name);
  expect(await settle(platform, name, at(closed, settings))).toMatchObject({ kind: "done" });
}

function create(name: string, spec: Partial<Tenant["spec"]>): Promise<Tenant> {
  const manifest = tenantManifest(name, { timeZone: "UTC", ...spec });
  return platform.cluster.client.create(tenantKind, manifest, manager);
}

function change(name: string, spec: object): Promise<Tenant> {
  return platform.cluster.client.merge(tenantKind, { name }, { spec }, manager);
}

async function pendingOf(name: string) {
  return findCondition((await liveTenant(platform, name)).status?.conditions, "UpdatePending");
}

async function deployment(name: string): Promise<Deployment> {
  const { namespace } = namesOf(await liveTenant(platform, name));
  return platform.cluster.client.get(kinds.deployment, { namespace, name: "runtime" });
}

async function container(name: string) {
  return (await deployment(name)).spec?.template.spec?.containers[0];
}

async function image(name: string): Promise<string | undefined> {
  return (await container(name))?.image;
}

async function imagesOfJobs(namespace: string): Promise<(string | undefined)[]> {
  const jobs = await platform.cluster.client.listAll(kinds.job, { namespace });
  return jobs.map((job) => job.spec?.template.spec?.containers[0]?.image).sort();
}

async function configuration(namespace: string) {
  const read = (name: string) => platform.cluster.client.get(kinds.configMap, { namespace, name });
  return [(await read("runtime")).data, (await read("platform-ca")).data] as const;
}
