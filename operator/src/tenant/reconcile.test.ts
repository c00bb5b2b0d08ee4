import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { superuser, withClient } from "../../../harness/services/postgres.ts";
import type {} from "../../../harness/services/vitest.ts";
import { RetryableError } from "../base/errors.ts";
import { connectRedis } from "../clients/redis/redis.ts";
import { connectVault } from "../clients/vault/vault.ts";
import { NotFound } from "../kubernetes/client/errors.ts";
import type { NewEvent } from "../kubernetes/loop/events.ts";
import { findCondition, timestamp } from "../kubernetes/objects/conditions.ts";
import { kinds } from "../kubernetes/objects/kinds.ts";
import { eventually } from "../kubernetes/testing/eventually.ts";
import { listRetained, requestPurges } from "./deletion/retained-tenants.ts";
import { liveRoutes } from "./hosts/routes.ts";
import { namesOf } from "./model/blueprint.ts";
import { hostClaimKind, retainedTenantKind, type Tenant, tenantKind } from "./model/kinds.ts";
import { vaultPaths } from "./model/names/vault-paths.ts";
import { redisRoles } from "./model/redis-roles.ts";
import { requestAnnotations } from "./model/requests.ts";
import { stepsWith } from "./reconcile.ts";
import { createResources } from "./resources/resources.ts";
import { createPlan } from "./testing/create-plan.ts";
import { platformDatabase } from "./testing/database/platform-database.ts";
import { loggedOf } from "./testing/database/server-log.ts";
import { later } from "./testing/later.ts";
import { Crash } from "./testing/observed-world.ts";
import {
  collectJobPods,
  destroyDue,
  endJob,
  jobPod,
  liveTenant,
  playPods,
  reconcileOnce,
  settle,
  settleDeletion,
  sweep,
} from "./testing/play-cluster.ts";
import { tenantManifest } from "./testing/tenant-manifest.ts";
import { startTestPlatform, type TestPlatform } from "./testing/test-platform.ts";

const manager = { fieldManager: "test" };
let platform: TestPlatform;

beforeAll(async () => {
  platform = await startTestPlatform();
  for (const [name, replicas] of [
    ["standard", 2],
    ["large", 3],
  ] as const) {
    await createPlan(platform, name, { runtime: { replicas } });
  }
});

afterAll(() => platform[Symbol.asyncDispose]());

describe("a new tenant", () => {
  it("becomes ready, with every condition true and its id and endpoint in the status", async () => {
    const tenant = await create("ready");
    expect(await settle(platform, "ready")).toEqual({ kind: "done" });
    const { status } = await liveTenant(platform, "ready");
    expect(status).toMatchObject({
      id: namesOf(tenant).id,
      observedGeneration: 1,
      phase: "Ready",
      endpoint: "https://ready.isp.test",
      runtime: { replicas: 2, readyReplicas: 2 },
      database: { schema: namesOf(tenant).schema, migration: 2 },
    });
    const conditions = status?.conditions ?? [];
    expect(conditions.filter(({ status }) => status !== "True")).toEqual([]);
    expect(conditions.map(({ type }) => type).sort()).toEqual(
      ["Ready", "Accepted", ...stepsWith(createResources()).map(({ condition }) => condition)].sort(),
    );
  });

  it("has every object that it needs and none that served its migration only", async () => {
    const { namespace } = namesOf(await readied("complete"));
    const { client } = platform.cluster;
    const namesIn = async (kind: (typeof kinds)[keyof typeof kinds]) =>
      (await client.listAll(kind as never, { namespace }))
        .map((object: { metadata: { name: string } }) => object.metadata.name)
        .sort();
    expect(await namesIn(kinds.networkPolicy)).toEqual([
      "allow-gateway",
      "allow-management",
      "allow-platform",
      "deny-all",
    ]);
    expect(await namesIn(kinds.resourceQuota)).toEqual(["tenant"]);
    expect(await namesIn(kinds.limitRange)).toEqual(["tenant"]);
    expect(await namesIn(kinds.secret)).toEqual(["gateway-tls", "runtime", "runtime-tls"]);
    expect(await namesIn(kinds.serviceAccount)).toEqual(["runtime"]);
    expect(await namesIn(kinds.deployment)).toEqual(["runtime"]);
    expect(await namesIn(kinds.podDisruptionBudget)).toEqual(["runtime"]);
    expect(await namesIn(kinds.service)).toEqual(["runtime"]);
    expect(await namesIn(kinds.ingress)).toEqual(["runtime"]);
    const admin = await client.get(kinds.secret, { namespace: "dotmac-admins", name: "complete" });
    expect(Object.keys(admin.data ?? {}).sort()).toEqual(["email", "password", "url"]);
  });

  it("lets its runtime log in with the mounted values, and reach no other tenant's data", async () => {
    await readied("login-a");
    await readied("login-b");
    const other = namesOf(await liveTenant(platform, "login-b"));
    await withClient(await runtimeLogin("login-a"), async (client) => {
      expect((await client.query("SELECT * FROM customers")).rows).toEqual([]);
      await expect(client.query(`SELECT * FROM ${other.schema}.customers`)).rejects.toMatchObject({
        code: "42501",
      });
    });
  });

  it("is not written again while nothing has changed, not even its status", async () => {
    await readied("quiet");
    const world = platform.newWorld();
    for (let round = 0; round < 3; round += 1)
      expect(await reconcileOnce(platform, "quiet", world)).toEqual({ kind: "done" });
    expect(world.writes).toEqual([]);
    expect(await sweep([await liveTenant(platform, "quiet")], world)).toMatchObject({
      drifted: [],
      failures: [],
    });
  });

  it("is not written again when its finished Job is cleaned up", async () => {
    const { namespace } = namesOf(await readied("tidy"));
    const [job] = await platform.cluster.client.listAll(kinds.job, { namespace });
    expect(job).toBeDefined();
    await platform.cluster.client.delete(kinds.job, { namespace, name: job?.metadata.name ?? "" });
    const world = platform.newWorld();
    expect(await reconcileOnce(platform, "tidy", world)).toEqual({ kind: "done" });
    expect(world.writes).toEqual([]);
  });
});

describe("a crash of the operator", () => {
  it.each([
    ["finalizer", /^finalizer of Tenant/],
    ["record", /^transaction .*INSERT INTO public.tenants/],
    ["host", /^created HostClaim/],
    ["namespace", /^created Namespace/],
    ["first-policy", /^created NetworkPolicy deny-all/],
    ["transit-key", /^create key/],
    ["data-keys", /^write secret .*encryption/],
    ["passwords", /^write secret .*credentials/],
    ["secret", /^created Secret runtime$/],
    ["roles", /^transaction .*CREATE ROLE/],
    ["redis", /^set user/],
    ["migrator", /^transaction ALTER ROLE "t_[a-z2-7]+_migrator".*; GRANT CREATE/],
    ["job", /^created Job/],
    ["recorded", /^transaction INSERT INTO public.tenant_migrations/],
    ["migrator-off", /^transaction .*ALTER ROLE "t_[a-z2-7]+_migrator".*; REVOKE CREATE/],
    ["deployment", /^created Deployment/],
    ["ingress", /^created Ingress/],
  ])("right after the %s leads to a ready tenant with nothing twice", async (point, write) => {
    const name = `crash-${point}`;
    const tenant = await create(name);
    const { names } = { names: namesOf(tenant) };
    const dying = platform.newWorld();
    dying.crashAfter(write);
    await expect(settle(platform, name, dying)).rejects.toThrow(Crash);

    expect(await settle(platform, name)).toEqual({ kind: "done" });
    const after = platform.newWorld();
    await reconcileOnce(platform, name, after);
    expect(after.writes).toEqual([]);
    for (const path of [
      vaultPaths(names).credentials,
      vaultPaths(names).encryption,
      vaultPaths(names).admin,
    ]) {
      expect((await platform.vault.readSecret(path))?.version).toBe(1);
    }
    expect(await platform.cluster.client.listAll(kinds.job, { namespace: names.namespace })).toHaveLength(1);
    await withClient(await runtimeLogin(name), (client) => client.query("SELECT * FROM customers"));
  });
});

describe("a host of two tenants", () => {
  it("stays with the first tenant, and the second stalls until the first gives it up", async () => {
    await readied("first", { hosts: ["first.isp.test", "desired.isp.test"] });
    await create("second", { hosts: ["desired.isp.test"] });
    expect(await settle(platform, "second")).toMatchObject({ kind: "stalled", reason: "HostTaken" });
    const second = await liveTenant(platform, "second");
    expect(findCondition(second.status?.conditions, "Stalled")).toMatchObject({
      status: "True",
      reason: "HostTaken",
    });
    expect(findCondition(second.status?.conditions, "Ready")).toMatchObject({
      status: "False",
      reason: "HostTaken",
    });
    const world = platform.newWorld();
    expect(await reconcileOnce(platform, "first", world)).toEqual({ kind: "done" });
    expect(world.writes).toEqual([]);

    await change("first", { hosts: ["first.isp.test"] });
    await settle(platform, "first");
    expect(await settle(platform, "second")).toEqual({ kind: "done" });
    expect(
      findCondition((await liveTenant(platform, "second")).status?.conditions, "Stalled"),
    ).toBeUndefined();
  });
});

describe("a serving tenant that asks for the host of another", () => {
  it("can still be suspended, and keeps its policies and its number of pods", async () => {
    await readied("holder");
    const { namespace } = namesOf(await readied("conflict"));
    const { client } = platform.cluster;
    const hosts = ["conflict.isp.test", "holder.isp.test"];
    await change("conflict", { hosts, runtime: { replicas: 3 } });
    const policy = { namespace, name: "deny-all" };
    await client.delete(kinds.networkPolicy, policy);
    expect(await settle(platform, "conflict")).toMatchObject({ kind: "stalled", reason: "HostTaken" });
    expect(await platform.cluster.cluster.get(kinds.networkPolicy, policy)).toBeDefined();
    const replicas = async () =>
      (await client.get(kinds.deployment, { namespace, name: "runtime" })).spec?.replicas;
    expect(await replicas()).toBe(3);
    await change("conflict", { suspended: true });
    expect(await settle(platform, "conflict")).toMatchObject({ reason: "HostTaken" });
    expect(await replicas()).toBe(0);
    const claim = await client.get(hostClaimKind, { name: "holder.isp.test" });
    expect(claim.spec.tenantRef.name).toBe("holder");
  });
});

describe("the finalizer of a tenant", () => {
  it.each<[string, Partial<Tenant["spec"]>]>([
    ["is paused", { paused: true }],
    ["is refused by its plan", { plan: "imaginary" }],
  ])("is restored while it %s", async (state, spec) => {
    const name = `kept-${state.replaceAll(/[^a-z]+/g, "-")}`;
    await readied(name);
    await change(name, spec);
    await platform.cluster.client.merge(tenantKind, { name }, { metadata: { finalizers: null } }, manager);
    await reconcileOnce(platform, name, platform.newWorld());
    expect((await liveTenant(platform, name)).metadata.finalizers).toEqual(["dotmac.io/tenant"]);
  });
});

describe("a change of the spec or the plan", () => {
  it("reaches the pods, the quota and the licence", async () => {
    const { namespace, id } = namesOf(await readied("grows"));
    await change("grows", { plan: "large", modules: ["customers"] });
    expect(await settle(platform, "grows")).toEqual({ kind: "done" });
    const deployment = await platform.cluster.client.get(kinds.deployment, { namespace, name: "runtime" });
    expect(deployment.spec?.replicas).toBe(3);
    const quota = await platform.cluster.client.get(kinds.resourceQuota, { namespace, name: "tenant" });
    expect(quota.spec?.hard?.pods).toBe("8");
    const licences = await platform.database.postgres.query(
      "SELECT plan, modules FROM public.licenses WHERE tenant_id = $1",
      [id],
    );
    expect(licences).toEqual([{ plan: "large", modules: ["customers"] }]);
  });

  it("by the scale reaches the pods, and the scale shows them", async () => {
    const { namespace } = namesOf(await readied("scaled"));
    const { client } = platform.cluster;
    const scale = { ...manager, subresource: "scale" } as const;
    await client.merge(tenantKind, { name: "scaled" }, { spec: { replicas: 3 } }, scale);
    expect(await settle(platform, "scaled")).toEqual({ kind: "done" });
    const deployment = await client.get(kinds.deployment, { namespace, name: "runtime" });
    expect(deployment.spec?.replicas).toBe(3);
    const { runtime } = (await liveTenant(platform, "scaled")).status ?? {};
    expect(runtime).toMatchObject({ replicas: 3, readyReplicas: 3 });
    const labels = new Map(runtime?.selector?.split(",").map((one) => one.split("=") as [string, string]));
    expect(deployment.spec?.template.metadata?.labels).toMatchObject(Object.fromEntries(labels));
    expect(labels.get("dotmac.io/tenant")).toBe("scaled");
  });

  it("of labels and annotations reaches namespace and pods, and removes old ones", async () => {
    const { namespace } = namesOf(await readied("marked"));
    const { client } = platform.cluster;
    const found = async () => {
      const { metadata } = await client.get(kinds.namespace, { name: namespace });
      const { spec } = await client.get(kinds.deployment, { namespace, name: "runtime" });
      const pods = spec?.template.metadata;
      return [
        metadata.labels?.team,
        metadata.annotations?.["example.com/a"],
        pods?.labels?.team,
        pods?.annotations?.["example.com/a"],
      ];
    };
    const marked = (value: string) => ({ labels: { team: value }, annotations: { "example.com/a": value } });
    const merge = async (metadata: object | null) => {
      await client.merge(tenantKind, { name: "marked" }, { spec: { metadata } }, manager);
      expect(await settle(platform, "marked")).toEqual({ kind: "done" });
    };
    expect(await found()).toEqual([undefined, undefined, undefined, undefined]);
    await merge({ namespace: marked("red"), pods: marked("red") });
    expect(await found()).toEqual(["red", "red", "red", "red"]);
    await merge({ namespace: marked("blue"), pods: marked("blue") });
    expect(await found()).toEqual(["blue", "blue", "blue", "blue"]);
    await merge(null);
    expect(await found()).toEqual([undefined, undefined, undefined, undefined]);
  });

  it("of labels that exist from the first day removes them too, and writes nothing twice", async () => {
    const marked = { labels: { team: "red" }, annotations: { "example.com/a": "x".repeat(512) } };
    const tenant = await create("born-marked", { metadata: { namespace: marked, pods: marked } });
    expect(await settle(platform, "born-marked")).toEqual({ kind: "done" });
    const world = platform.newWorld();
    expect(await reconcileOnce(platform, "born-marked", world)).toEqual({ kind: "done" });
    expect(world.writes).toEqual([]);
    const patch = { spec: { metadata: null } };
    await platform.cluster.client.merge(tenantKind, { name: "born-marked" }, patch, manager);
    expect(await settle(platform, "born-marked")).toEqual({ kind: "done" });
    const { namespace } = namesOf(tenant);
    const { metadata } = await platform.cluster.client.get(kinds.namespace, { name: namespace });
    const { spec } = await platform.cluster.client.get(kinds.deployment, { namespace, name: "runtime" });
    expect(metadata.labels?.team).toBeUndefined();
    expect(metadata.annotations?.["example.com/a"]).toBeUndefined();
    expect(spec?.template.metadata?.labels?.team).toBeUndefined();
  });

  it("to a label that the platform does not allow omits it, serves, and reports it until it is gone", async () => {
    const { namespace } = namesOf(await readied("overmarked"));
    const { client } = platform.cluster;
    await change("overmarked", {
      metadata: { namespace: { labels: { team: "red", "istio-injection": "enabled" } } },
    });
    expect(await settle(platform, "overmarked")).toEqual({ kind: "done" });
    const live = await client.get(kinds.namespace, { name: namespace });
    expect(live.metadata.labels).toMatchObject({
      team: "red",
      "pod-security.kubernetes.io/enforce": "restricted",
    });
    expect(live.metadata.labels).not.toHaveProperty("istio-injection");
    const condition = async (type: string) =>
      findCondition((await liveTenant(platform, "overmarked")).status?.conditions, type);
    expect(await condition("MetadataRefused")).toMatchObject({
      status: "True",
      message: expect.stringContaining("spec.metadata.namespace.labels: istio-injection. Remove them"),
    });
    expect((await condition("Ready"))?.status).toBe("True");
    const patch = { spec: { metadata: { namespace: { labels: { "istio-injection": null } } } } };
    await client.merge(tenantKind, { name: "overmarked" }, patch, manager);
    expect(await settle(platform, "overmarked")).toEqual({ kind: "done" });
    expect(await condition("MetadataRefused")).toBeUndefined();
  });

  it("keeps the quota of pods with the old size until they are gone", async () => {
    const { namespace } = namesOf(await readied("shrinks"));
    const { client } = platform.cluster;
    const sizes = async () => {
      const name = { namespace, name: "tenant" };
      const [quota, limits] = await Promise.all([
        client.get(kinds.resourceQuota, name),
        client.get(kinds.limitRange, name),
      ]);
      return [quota.spec?.hard?.["requests.cpu"], limits.spec?.limits[0]?.max?.memory];
    };
    const before = await sizes();
    const { spec } = await client.get(kinds.deployment, { namespace, name: "runtime" });
    const metadata = { namespace, name: "runtime-old", labels: spec?.template.metadata?.labels };
    const pod = { apiVersion: "v1", kind: "Pod", metadata, spec: spec?.template.spec };
    await client.create(kinds.pod, pod as never, manager);
    const requests = { cpu: "20m", memory: "128Mi" };
    const limits = { cpu: "500m", memory: "320Mi" };
    await change("shrinks", { runtime: { resources: { requests, limits } } });
    expect(await settle(platform, "shrinks")).toMatchObject({ kind: "done", recheckAfter: 15_000 });
    expect(await sizes()).toEqual(before);
    await client.delete(kinds.pod, { namespace, name: "runtime-old" });
    expect(await settle(platform, "shrinks")).toEqual({ kind: "done" });
    expect(await sizes()).toEqual(["150m", "384Mi"]);
  });

  it("to an autoscaler lets it choose the pods within its bounds, and reports when it does not work", async () => {
    const { namespace } = namesOf(await readied("autoscaled"));
    const { client } = platform.cluster;
    const name = { namespace, name: "runtime" };
    const replicas = async () => (await client.get(kinds.deployment, name)).spec?.replicas;
    const spec = { runtime: { autoscaling: { minReplicas: 1, maxReplicas: 5 } } };
    await change("autoscaled", spec as Partial<Tenant["spec"]>);
    expect(await settle(platform, "autoscaled")).toEqual({ kind: "done" });
    expect(await replicas()).toBe(2);
    const { spec: made } = await client.get(kinds.horizontalPodAutoscaler, name);
    expect(made).toMatchObject({ minReplicas: 1, maxReplicas: 5, scaleTargetRef: { name: "runtime" } });

    const scale = { ...manager, subresource: "scale" } as const;
    await client.merge(kinds.deployment, name, { spec: { replicas: 4 } }, scale);
    expect(await settle(platform, "autoscaled")).toEqual({ kind: "done" });
    expect(await replicas()).toBe(4);
    const rested = platform.newWorld();
    expect(await settle(platform, "autoscaled", rested)).toEqual({ kind: "done" });
    expect(rested.writes).toEqual([]);

    const fault = {
      type: "ScalingActive",
      status: "False",
      reason: "FailedGetResourceMetric",
      message: "no metrics",
    };
    const status = { currentReplicas: 4, desiredReplicas: 4, conditions: [fault] };
    const patch = { ...manager, subresource: "status" } as const;
    await client.merge(kinds.horizontalPodAutoscaler, name, { status } as never, patch);
    await settle(platform, "autoscaled");
    const conditions = async () => (await liveTenant(platform, "autoscaled")).status?.conditions;
    expect(findCondition(await conditions(), "AutoscalingInactive")).toMatchObject({
      reason: "FailedGetResourceMetric",
      message: expect.stringContaining("no metrics. The number of pods stays as it is."),
    });
    expect(findCondition(await conditions(), "Ready")?.status).toBe("True");

    const runtime = { autoscaling: null, replicas: 3 };
    await client.merge(tenantKind, { name: "autoscaled" }, { spec: { runtime } } as never, manager);
    await settle(platform, "autoscaled");
    await expect(client.get(kinds.horizontalPodAutoscaler, name)).rejects.toThrow(NotFound);
    await settle(platform, "autoscaled");
    expect(await replicas()).toBe(3);
    expect(findCondition(await conditions(), "AutoscalingInactive")).toBeUndefined();
  });

  it("is refused while its plan is missing, keeps the namespace closed and allows suspension", async () => {
    const { namespace } = namesOf(await readied("planless"));
    const policy = { namespace, name: "deny-all" };
    await change("planless", { plan: "imaginary" });
    await platform.cluster.client.delete(kinds.networkPolicy, policy);
    const reconciled = () => reconcileOnce(platform, "planless", platform.newWorld());
    expect(await reconciled()).toMatchObject({ reason: "PlanNotFound" });
    expect(await platform.cluster.cluster.get(kinds.networkPolicy, policy)).toBeDefined();
    const before = await platform.cluster.client.get(kinds.deployment, { namespace, name: "runtime" });
    expect(before.spec?.replicas).toBe(2);
    await change("planless", { suspended: true });
    expect(await reconciled()).toMatchObject({ reason: "PlanNotFound" });
    expect((await liveTenant(platform, "planless")).status?.runtime?.replicas).toBe(0);
    const after = await platform.cluster.client.get(kinds.deployment, { namespace, name: "runtime" });
    expect(after.spec).toEqual({ ...before.spec, replicas: 0 });
    await change("planless", { plan: "standard", suspended: false });
    expect(await settle(platform, "planless")).toEqual({ kind: "done" });
  });

  it("to a missing plan is refused before anything is written", async () => {
    await readied("lost-plan");
    await change("lost-plan", { plan: "imaginary" });
    const world = platform.newWorld();
    expect(await reconcileOnce(platform, "lost-plan", world)).toMatchObject({
      kind: "stalled",
      reason: "PlanNotFound",
    });
    expect(world.writes).toEqual(["status of Tenant lost-plan"]);
  });

  it("to modules beyond the plan is refused", async () => {
    await readied("beyond", { modules: ["customers", "billing"] });
    await createPlan(platform, "tiny", { modules: ["customers"] });
    await change("beyond", { plan: "tiny" });
    expect(await settle(platform, "beyond")).toMatchObject({ kind: "stalled", reason: "ModuleNotInPlan" });
  });

  it("to suspended stops the pods, keeps the data and stays ready", async () => {
    const { namespace } = namesOf(await readied("suspends"));
    const { client } = platform.cluster;
    const { spec } = await client.get(kinds.deployment, { namespace, name: "runtime" });
    const pod = { namespace, name: "finishing" };
    const metadata = { ...pod, labels: spec?.template.metadata?.labels ?? {} };
    await client.create(
      kinds.pod,
      { apiVersion: "v1", kind: "Pod", metadata, spec: spec?.template.spec } as never,
      { fieldManager: "test" },
    );
    await change("suspends", { suspended: true });
    const world = platform.newWorld();
    expect(await reconcileOnce(platform, "suspends", world)).toMatchObject({ reason: "RuntimeStopping" });
    await playPods(platform, "suspends");
    expect(await reconcileOnce(platform, "suspends", world)).toMatchObject({
      kind: "waiting",
      message: "1 pods are finishing their work.",
    });
    await client.delete(kinds.pod, pod);
    expect(await settle(platform, "suspends")).toEqual({ kind: "done" });
    const { status } = await liveTenant(platform, "suspends");
    expect(findCondition(status?.conditions, "Ready")).toMatchObject({ status: "True", reason: "Suspended" });
    expect(status?.phase).toBe("Suspended");
    const deployment = await platform.cluster.client.get(kinds.deployment, { namespace, name: "runtime" });
    expect(deployment.spec?.replicas).toBe(0);
    await withClient(await runtimeLogin("suspends"), (client) => client.query("SELECT * FROM customers"));
  });

  it("to paused stops all repairs, until it is over", async () => {
    const { namespace } = namesOf(await readied("pauses"));
    await change("pauses", { paused: true });
    await platform.cluster.client.delete(kinds.service, { namespace, name: "runtime" });
    const world = platform.newWorld();
    expect(await reconcileOnce(platform, "pauses", world)).toEqual({ kind: "done" });
    expect(world.writes).toEqual(["status of Tenant pauses"]);
    const paused = findCondition((await liveTenant(platform, "pauses")).status?.conditions, "Ready");
    expect(paused).toMatchObject({ status: "True", reason: "Paused" });

    await change("pauses", { paused: false });
    await settle(platform, "pauses");
    await platform.cluster.client.get(kinds.service, { namespace, name: "runtime" });
    const ready = findCondition((await liveTenant(platform, "pauses")).status?.conditions, "Ready");
    expect(ready).toMatchObject({ status: "True", reason: "Ready" });
  });
});

describe("the version of a schema", () => {
  it("is asked of a Job once if it is unknown, as after an update from an operator that did not record it", async () => {
    const { id, namespace } = namesOf(await readied("unrecorded"));
    await forget(id);
    await deleteJobs(namespace);
    expect(await settle(platform, "unrecorded")).toEqual({ kind: "done" });
    expect(await reported(id)).toEqual([{ version: 2, image_mark: null }]);
    await deleteJobs(namespace);
    const world = platform.newWorld();
    expect(await reconcileOnce(platform, "unrecorded", world)).toEqual({ kind: "done" });
    expect(world.writes).toEqual([]);
  });

  it("is asked again when the pod that reported it is gone", async () => {
    const { id, namespace } = namesOf(await readied("lost"));
    await forget(id);
    for (const { metadata } of await platform.cluster.client.listAll(kinds.pod, { namespace }))
      await platform.cluster.client.delete(kinds.pod, { namespace, name: metadata.name });
    const outcome = await reconcileOnce(platform, "lost", platform.newWorld());
    expect(outcome).toMatchObject({ kind: "waiting", reason: "MigrationResultLost" });
    expect(await settle(platform, "lost")).toEqual({ kind: "done" });
    expect(await reported(id)).toEqual([{ version: 2, image_mark: null }]);
  });

  it.each(["", "-1", "02", "12345678901", "2; DROP TABLE customers"])(
    "is not taken from the message %j",
    async (message) => {
      const name = `says-${Buffer.from(message).toString("hex").slice(0, 20) || "nothing"}`;
      const { id, namespace } = namesOf(await create(name));
      const world = platform.newWorld();
      const job = await eventually(`${name} has a Job`, async () => {
        await reconcileOnce(platform, name, world);
        return (await platform.cluster.client.listAll(kinds.job, { namespace }))[0];
      });
      await endJob(platform, job, "Complete", message);
      expect(await reconcileOnce(platform, name, world)).toMatchObject({
        kind: "stalled",
        reason: "MigrationResultInvalid",
        message: expect.stringContaining(`found ${JSON.stringify(message)}: set an image that reports it`),
      });
      expect(await reported(id)).toEqual([]);
      const metadata = { annotations: { [requestAnnotations.migration]: "again" } };
      await platform.cluster.client.merge(tenantKind, { name }, { metadata } as never, manager);
      expect(await reconcileOnce(platform, name, world)).toMatchObject({ reason: "MigrationRetried" });
      await collectJobPods(platform, name);
      expect(await settle(platform, name)).toEqual({ kind: "done" });
      expect(await reported(id)).toEqual([{ version: 2, image_mark: null }]);
    },
  );

  it("that an image of the tenant's own reports counts for that image alone", async () => {
    const { id, namespace } = namesOf(await readied("lies"));
    await change("lies", { runtime: { image: "registry.example.test/dotmac/tenant-runtime:2.0.0" } });
    await reconcileOnce(platform, "lies", platform.newWorld());
    for (const job of await platform.cluster.client.listAll(kinds.job, { namespace }))
      if (job.status?.conditions === undefined) await endJob(platform, job, "Complete", "999999999");
    await settle(platform, "lies");
    expect(await reported(id)).toEqual([{ version: 999_999_999, image_mark: expect.any(String) }]);
    await deleteJobs(namespace);
    await change("lies", { runtime: null });
    expect(await reconcileOnce(platform, "lies", platform.newWorld())).toMatchObject({ reason: "Migrating" });
    await settle(platform, "lies");
    expect(await reported(id)).toEqual([{ version: 2, image_mark: null }]);
  });

  async function forget(id: string): Promise<void> {
    await platform.database.postgres.query("DELETE FROM public.tenant_migrations WHERE tenant_id = $1", [id]);
  }

  async function deleteJobs(namespace: string): Promise<void> {
    const { client } = platform.cluster;
    for (const { metadata } of await client.listAll(kinds.job, { namespace }))
      await client.delete(kinds.job, { namespace, name: metadata.name });
    for (const { metadata } of await client.listAll(kinds.pod, { namespace }))
      await client.delete(kinds.pod, { namespace, name: metadata.name });
  }
});

describe("an image of a tenant's own", () => {
  it("is migrated by its own Job, once", async () => {
    const { namespace } = namesOf(await readied("own-image"));
    await change("own-image", { runtime: { image: "registry.example.test/dotmac/tenant-runtime:2.0.0" } });
    expect(await settle(platform, "own-image")).toEqual({ kind: "done" });
    const jobs = await platform.cluster.client.listAll(kinds.job, { namespace });
    expect(jobs.map((job) => job.spec?.template.spec?.containers[0]?.image).sort()).toEqual([
      "registry.example.test/dotmac/tenant-runtime:1.0.0",
      "registry.example.test/dotmac/tenant-runtime:2.0.0",
    ]);
    for (const { metadata } of jobs)
      await platform.cluster.client.delete(kinds.job, { namespace, name: metadata.name });
    const world = platform.newWorld();
    expect(await reconcileOnce(platform, "own-image", world)).toEqual({ kind: "done" });
    expect(world.writes).toEqual([]);
  });

  it("counts as migrated as soon as the Job's pod has succeeded", async () => {
    const { namespace } = namesOf(await readied("prompt-image"));
    await change("prompt-image", { runtime: { image: "registry.example.test/dotmac/tenant-runtime:2.0.0" } });
    const world = platform.newWorld();
    await reconcileOnce(platform, "prompt-image", world);
    const podEnds = await migrationPod(namespace);
    const before = await reconcileOnce(platform, "prompt-image", world);
    expect(before).toMatchObject({ kind: "waiting", reason: "Migrating" });
    await podEnds("Succeeded");
    const after = await reconcileOnce(platform, "prompt-image", world);
    expect(after).toMatchObject({ kind: "waiting", reason: "RollingOut" });
  });

  it("is migrated although a service mesh has added a container that never ends before its own", async () => {
    const { namespace } = namesOf(await readied("meshed"));
    const image = "registry.example.test/dotmac/tenant-runtime:2.0.0";
    await change("meshed", { runtime: { image } });
    const world = platform.newWorld();
    await reconcileOnce(platform, "meshed", world);
    await migrationPod(namespace);
    const state = { name: "", image: "", imageID: "", ready: true, restartCount: 0 };
    const proxy = { ...state, name: "a-proxy", state: { running: {} } };
    const ended = (exitCode: number) => ({
      ...state,
      name: "migrate",
      state: { terminated: { exitCode, reason: "Completed", message: "2" } },
    });
    await jobPodIs(namespace, { phase: "Running", containerStatuses: [proxy, ended(0)] });
    expect(await reconcileOnce(platform, "meshed", world)).toMatchObject({ reason: "RollingOut" });
    const jobs = await platform.cluster.client.listAll(kinds.job, { namespace });
    expect(jobs.filter(({ status }) => status?.conditions === undefined)).toEqual([]);
    expect(await reported(namesOf(await liveTenant(platform, "meshed")).id)).toMatchObject([{ version: 2 }]);
  });

  it("reports the cause when its pods are refused, and stalls after a minute", async () => {
    const { namespace } = namesOf(await readied("refused-pods"));
    await change("refused-pods", { displayName: "Other" });
    const world = platform.newWorld();
    await reconcileOnce(platform, "refused-pods", world);
    const name = { namespace, name: "runtime" };
    const live = await platform.cluster.client.get(kinds.deployment, name);
    const refused = (pod: string) => ({
      type: "ReplicaFailure",
      status: "True",
      reason: "FailedCreate",
      lastTransitionTime: timestamp(world.clock.now()),
      message: `pods "${pod}" is forbidden: a corporate policy refuses this.`,
    });
    const outcomes = [];
    for (const pod of ["runtime-1-aaaaa", "runtime-1-bbbbb"]) {
      const conditions = [refused(pod)];
      const status = { observedGeneration: live.metadata.generation, updatedReplicas: 0, conditions };
      await platform.cluster.client.merge(
        kinds.deployment,
        name,
        { status },
        { ...manager, subresource: "status" },
      );
      outcomes.push(await reconcileOnce(platform, "refused-pods", world));
    }
    expect(outcomes[0]).toMatchObject({
      kind: "waiting",
      reason: "PodsRefused",
      message: expect.stringMatching(/New pods are refused: forbidden: a corporate policy refuses this\.$/),
    });
    expect(outcomes[1]).toEqual(outcomes[0]);
    expect(await reconcileOnce(platform, "refused-pods", later(world, 61_000))).toMatchObject({
      kind: "stalled",
      reason: "PodsRefused",
    });
  });

  it("whose Job gets no pod names the command that shows the cause", async () => {
    await readied("podless");
    await change("podless", { runtime: { image: "registry.example.test/dotmac/tenant-runtime:2.0.0" } });
    const world = platform.newWorld();
    await reconcileOnce(platform, "podless", world);
    const outcome = await reconcileOnce(platform, "podless", later(world, 20_000));
    expect(outcome).toMatchObject({ kind: "waiting", reason: "PodsRefused" });
    expect(await reconcileOnce(platform, "podless", later(world, 70_000))).toMatchObject({
      kind: "stalled",
      message: expect.stringMatching(
        /It has no pod\. Its Events say why, .*: kubectl -n isp-podless-.* describe job /,
      ),
    });
  });

  it("that does not start leaves the old pods serving and reports the pod's reason", async () => {
    const { namespace } = namesOf(await readied("bad-image"));
    const image = "registry.example.test/dotmac/tenant-runtime:0.0.0-missing";
    await change("bad-image", { runtime: { image } });
    const world = platform.newWorld();
    await untilDeployed("bad-image", world);
    const { client } = platform.cluster;
    const deployment = await client.get(kinds.deployment, { namespace, name: "runtime" });
    expect(deployment.spec?.strategy?.rollingUpdate).toEqual({ maxSurge: 1, maxUnavailable: 0 });
    await client.merge(
      kinds.deployment,
      { namespace, name: "runtime" },
      {
        status: {
          observedGeneration: deployment.metadata.generation,
          replicas: 3,
          updatedReplicas: 1,
          readyReplicas: 2,
          availableReplicas: 2,
          unavailableReplicas: 1,
        },
      },
      { ...manager, subresource: "status" },
    );
    await failingPod(namespace, image);
    expect(await reconcileOnce(platform, "bad-image", world)).toMatchObject({
      kind: "waiting",
      reason: "ImagePullBackOff",
    });
    const { status } = await liveTenant(platform, "bad-image");
    expect(findCondition(status?.conditions, "Ready")).toMatchObject({
      status: "False",
      reason: "ImagePullBackOff",
      message: expect.stringMatching(
        /^1 of 2 pods are up to date, 2 serve, including pods of the previous version\. Pod runtime-bad:/,
      ),
    });
    expect(status).toMatchObject({ phase: "Degraded", runtime: { readyReplicas: 2 } });
    expect(await reconcileOnce(platform, "bad-image", later(world, 301_000))).toMatchObject({
      kind: "stalled",
      reason: "ImagePullBackOff",
    });
  });

  it("that cannot be pulled stalls its migration after five minutes, with a permanent reason", async () => {
    const { namespace } = namesOf(await readied("no-image"));
    const image = "registry.example.test/dotmac/tenant-runtime:0.0.1-missing";
    await change("no-image", { runtime: { image } });
    const told: string[] = [];
    const events = { publish: ({ type, reason }: NewEvent) => told.push(`${type} ${reason}`) };
    const world = { ...platform.newWorld(), events };
    await reconcileOnce(platform, "no-image", world);
    await migrationPod(namespace);
    const outcomes = [];
    for (const [reason, message] of [
      ["ErrImagePull", "not found"],
      ["ImagePullBackOff", `Back-off pulling image "${image}": ErrImagePull: not found`],
    ] as const) {
      await jobPodWaits(namespace, { reason, message });
      outcomes.push(await reconcileOnce(platform, "no-image", world));
    }
    expect(outcomes[0]).toMatchObject({ kind: "waiting", reason: "ImagePullBackOff" });
    expect(outcomes[1]).toEqual(outcomes[0]);
    const outcome = await reconcileOnce(platform, "no-image", later(world, 301_000));
    expect(outcome).toMatchObject({ kind: "stalled", reason: "ImagePullBackOff" });
    const { status } = await liveTenant(platform, "no-image");
    expect(findCondition(status?.conditions, "Stalled")?.message).toContain(
      `the image ${image} cannot be pulled: not found: push it, or set another.`,
    );
    expect(told).toEqual(["Normal Migrating", "Warning ImagePullBackOff", "Warning ImagePullBackOff"]);
  });

  it("whose Job is killed for its memory reports it", async () => {
    const { namespace } = namesOf(await readied("big-job"));
    await change("big-job", { runtime: { image: "registry.example.test/dotmac/tenant-runtime:3.1.0" } });
    await reconcileOnce(platform, "big-job", platform.newWorld());
    const end = await migrationPod(namespace);
    await end("Failed", "", "OOMKilled");
    const jobs = await platform.cluster.client.listAll(kinds.job, { namespace });
    const running = jobs.find((job) => job.status?.conditions === undefined);
    if (running === undefined) throw new Error("expected a running Job");
    await endJob(platform, running, "Failed", "Job has reached the specified backoff limit");
    expect(await reconcileOnce(platform, "big-job", platform.newWorld())).toMatchObject({
      kind: "stalled",
      reason: "MigrationFailed",
      message: expect.stringMatching(/used more memory than 384Mi \(OOMKilled\)/),
    });
  });

  it("whose Job fails stalls with the Job's own words, and its login is disabled", async () => {
    const { namespace, roles } = namesOf(await readied("bad-job"));
    await change("bad-job", { runtime: { image: "registry.example.test/dotmac/tenant-runtime:3.0.0" } });
    await reconcileOnce(platform, "bad-job", platform.newWorld());
    const jobs = await platform.cluster.client.listAll(kinds.job, { namespace });
    const running = jobs.find((job) => job.status?.conditions === undefined);
    if (running === undefined) throw new Error("expected a running Job");
    await endJob(platform, running, "Failed", "column email is missing");
    const outcome = await settle(platform, "bad-job");
    expect(outcome).toMatchObject({
      kind: "stalled",
      reason: "MigrationFailed",
      message: expect.stringContaining("column email is missing"),
    });
    const [migrator] = await platform.database.postgres.query<{ rolcanlogin: boolean }>(
      "SELECT rolcanlogin FROM pg_roles WHERE rolname = $1",
      [roles.migrator],
    );
    expect(migrator).toEqual({ rolcanlogin: false });
    const secrets = await platform.cluster.client.listAll(kinds.secret, { namespace });
    expect(secrets.map(({ metadata }) => metadata.name)).not.toContain("migrator");
    const world = platform.newWorld();
    await reconcileOnce(platform, "bad-job", world);
    expect(world.writes).toEqual([]);
  });

  it("whose Job fails is migrated by another for each text of the annotation, by the command in its condition", async () => {
    const { namespace } = namesOf(await readied("retried"));
    await change("retried", { runtime: { image: "registry.example.test/dotmac/tenant-runtime:3.0.0" } });
    const failed = await playedFailing("retried");
    const [, annotation] =
      /kubectl annotate tenant retried --overwrite (\S+)="/.exec(
        JSON.stringify(failed).replaceAll("\\", ""),
      ) ?? [];
    const request = (text: string | null) =>
      platform.cluster.client.merge(
        tenantKind,
        { name: "retried" },
        { metadata: { annotations: { [annotation ?? ""]: text } } } as never,
        manager,
      );
    await request("once");
    const world = platform.newWorld();
    expect(await reconcileOnce(platform, "retried", world)).toMatchObject({ reason: "MigrationRetried" });
    expect(await reconcileOnce(platform, "retried", world)).toMatchObject({ reason: "Migrating" });
    expect(await playedFailing("retried")).toMatchObject({ kind: "stalled", reason: "MigrationFailed" });
    world.writes.splice(0);
    expect(await reconcileOnce(platform, "retried", world)).toMatchObject({ reason: "MigrationFailed" });
    await request(null);
    expect(await reconcileOnce(platform, "retried", world)).toMatchObject({ reason: "MigrationFailed" });
    expect(world.writes).toEqual([]);
    await request("twice");
    expect(await settle(platform, "retried")).toEqual({ kind: "done" });
    const jobs = await platform.cluster.client.listAll(kinds.job, { namespace });
    expect(jobs.map((job) => job.metadata.annotations?.[annotation ?? ""]).sort()).toEqual([
      "twice",
      undefined,
    ]);
  });

  it("does not start while the storage is exhausted, and starts once it is not", async () => {
    const { id } = namesOf(await readied("exhausted"));
    const store = (level: string) =>
      withClient(platform.database.database.superuser, (client) =>
        client.query("UPDATE public.licenses SET storage = $1 WHERE tenant_id = $2", [level, id]),
      );
    await store("exhausted");
    await change("exhausted", { runtime: { image: "registry.example.test/dotmac/tenant-runtime:3.2.0" } });
    expect(await settle(platform, "exhausted")).toMatchObject({
      kind: "stalled",
      reason: "StorageExhausted",
    });
    await store("open");
    expect(await settle(platform, "exhausted")).toEqual({ kind: "done" });
  });

  it("does not start in a schema with too many relations, and the old pods go on", async () => {
    const { schema } = namesOf(await readied("big-schema"));
    await withClient(platform.database.database.superuser, (client) =>
      client.query(
        `DO $$ BEGIN FOR n IN 1..4001 LOOP EXECUTE format('CREATE SEQUENCE ${schema}.s%s', n); END LOOP; END $$`,
      ),
    );
    await change("big-schema", { runtime: { image: "registry.example.test/dotmac/tenant-runtime:3.2.0" } });
    expect(await settle(platform, "big-schema")).toMatchObject({
      kind: "stalled",
      reason: "SchemaTooLarge",
      message: expect.stringContaining("no migration starts with more than 4000"),
    });
    expect((await pods("big-schema")).slice(0, 2)).toEqual([2, oldImage]);
  });

  it("whose Job fails does not block the repair of the old pods' route", async () => {
    const { namespace } = namesOf(await liveTenant(platform, "bad-job"));
    const route = { namespace, name: "runtime" };
    await platform.cluster.client.delete(kinds.ingress, route);
    expect(await reconcileOnce(platform, "bad-job", platform.newWorld())).toMatchObject({
      reason: "MigrationFailed",
    });
    const { spec } = await platform.cluster.client.get(kinds.ingress, route);
    expect(spec?.rules).toHaveLength(1);
  });

  it("whose Job fails does not block scaling, changing, stopping and starting the old pods", async () => {
    await change("bad-job", { runtime: { replicas: 4, resources: largerResources } });
    expect(await playedFailing("bad-job")).toMatchObject({ kind: "stalled", reason: "MigrationFailed" });
    expect(await pods("bad-job")).toEqual([4, oldImage, "1Gi"]);
    const { status } = await liveTenant(platform, "bad-job");
    expect(findCondition(status?.conditions, "RuntimeReady")?.status).toBe("True");
    expect(status?.runtime).toMatchObject({ image: oldImage, replicas: 4, readyReplicas: 4 });

    await change("bad-job", { suspended: true });
    expect(await settle(platform, "bad-job")).toEqual({ kind: "done" });
    expect(await pods("bad-job")).toEqual([0, oldImage, "1Gi"]);
    await change("bad-job", { suspended: false });
    expect(await playedFailing("bad-job")).toMatchObject({ reason: "MigrationFailed" });
    expect(await pods("bad-job")).toEqual([4, oldImage, "1Gi"]);

    await change("bad-job", { runtime: { replicas: null, autoscaling: { minReplicas: 5, maxReplicas: 6 } } });
    expect(await playedFailing("bad-job")).toMatchObject({ reason: "MigrationFailed" });
    expect(await pods("bad-job")).toEqual([5, oldImage, "1Gi"]);
    const world = platform.newWorld();
    await reconcileOnce(platform, "bad-job", world);
    expect(world.writes).toEqual([]);
  });

  it("has its pods once its migration succeeds, with one restart", async () => {
    const name = { namespace: namesOf(await liveTenant(platform, "bad-job")).namespace, name: "runtime" };
    const before = await platform.cluster.client.get(kinds.deployment, name);
    await change("bad-job", { runtime: { image: "registry.example.test/dotmac/tenant-runtime:3.0.1" } });
    expect(await settle(platform, "bad-job")).toEqual({ kind: "done" });
    expect((await pods("bad-job"))[1]).toBe("registry.example.test/dotmac/tenant-runtime:3.0.1");
    const after = await platform.cluster.client.get(kinds.deployment, name);
    expect(after.metadata.generation).toBe((before.metadata.generation ?? 0) + 1);
  });

  it("whose Job runs does not change the old pods, whose number and repair go on", async () => {
    const { namespace } = namesOf(await readied("long-job"));
    const runtime = { namespace, name: "runtime" };
    const { client } = platform.cluster;
    const { spec: before } = await client.get(kinds.deployment, runtime);
    const next = { image: "registry.example.test/dotmac/tenant-runtime:3.0.0", resources: largerResources };
    await change("long-job", { displayName: "Other", runtime: { ...next, replicas: 3 } });
    for (const spec of [{ replicas: 1 }, { template: { spec: { terminationGracePeriodSeconds: 1 } } }]) {
      expect(await reconcileOnce(platform, "long-job", platform.newWorld())).toMatchObject({
        reason: "Migrating",
      });
      expect((await client.get(kinds.deployment, runtime)).spec).toEqual({ ...before, replicas: 3 });
      await client.merge(kinds.deployment, runtime, { spec }, manager);
    }
    await reconcileOnce(platform, "long-job", platform.newWorld());
    expect((await client.get(kinds.deployment, runtime)).spec).toEqual({ ...before, replicas: 3 });

    await client.delete(kinds.deployment, runtime);
    expect(await reconcileOnce(platform, "long-job", platform.newWorld())).toMatchObject({
      reason: "Migrating",
    });
    expect((await pods("long-job")).slice(0, 2)).toEqual([3, oldImage]);
    expect(await settle(platform, "long-job")).toEqual({ kind: "done" });
    expect(await pods("long-job")).toEqual([3, next.image, "1Gi"]);
  });

  it("does not start before its first migration: a new tenant, or one that was suspended at once", async () => {
    const { namespace } = namesOf(await create("never-served", { suspended: true }));
    expect(await settle(platform, "never-served")).toEqual({ kind: "done" });
    await change("never-served", { suspended: false });
    const outcome = await reconcileOnce(platform, "never-served", platform.newWorld());
    expect(outcome).toMatchObject({ reason: "Migrating" });
    const deployment = await platform.cluster.client.get(kinds.deployment, { namespace, name: "runtime" });
    expect(deployment.spec?.replicas).toBe(0);
    expect(await settle(platform, "never-served")).toEqual({ kind: "done" });
    expect((await pods("never-served"))[0]).toBe(2);
  });

  const oldImage = "registry.example.test/dotmac/tenant-runtime:1.0.0";
  const largerResources = {
    requests: { cpu: "100m", memory: "192Mi" },
    limits: { cpu: "1", memory: "1Gi" },
  };

  /** The number of a tenant's pods, their image and their memory. */
  async function pods(name: string): Promise<unknown[]> {
    const { namespace } = namesOf(await liveTenant(platform, name));
    const { spec } = await platform.cluster.client.get(kinds.deployment, { namespace, name: "runtime" });
    const [container] = spec?.template.spec?.containers ?? [];
    return [spec?.replicas, container?.image, container?.resources?.limits?.memory];
  }

  /** Reconciles with all pods ready and no migration of a new Job. */
  async function playedFailing(name: string) {
    await reconcileOnce(platform, name, platform.newWorld());
    const { namespace } = namesOf(await liveTenant(platform, name));
    const { client } = platform.cluster;
    for (const job of await client.listAll(kinds.job, { namespace }))
      if (job.status?.conditions === undefined) await endJob(platform, job, "Failed", "it fails again");
    await playPods(platform, name);
    return reconcileOnce(platform, name, platform.newWorld());
  }
});

describe("drift", () => {
  it.each([
    "networkPolicy deny-all",
    "resourceQuota tenant",
    "limitRange tenant",
    "configMap runtime",
    "configMap platform-ca",
    "secret runtime",
    "secret runtime-tls",
    "secret gateway-tls",
    "serviceAccount runtime",
    "deployment runtime",
    "podDisruptionBudget runtime",
    "service runtime",
    "ingress runtime",
  ])("of %s is repaired", async (object) => {
    const { namespace } = namesOf(await readiedOnce("drifts"));
    const [kindName = "", name = ""] = object.split(" ");
    const kind = kinds[kindName as keyof typeof kinds];
    await platform.cluster.client.delete(kind, { namespace, name });
    expect(await settle(platform, "drifts")).toEqual({ kind: "done" });
    expect(await platform.cluster.cluster.get(kind as never, { namespace, name })).toBeDefined();
  });

  it("of a ServiceAccount restarts the pods, whose tokens then name the restored account", async () => {
    const { namespace } = namesOf(await readied("account"));
    const { client } = platform.cluster;
    const annotations = async () =>
      (await client.get(kinds.deployment, { namespace, name: "runtime" })).spec?.template.metadata
        ?.annotations;
    const before = await annotations();
    // Creation timestamps have a precision of one second.
    const birth = (await client.get(kinds.deployment, { namespace, name: "runtime" })).metadata
      .creationTimestamp;
    await eventually("a second has passed", async () => timestamp(new Date()) > (birth ?? ""));
    await client.delete(kinds.serviceAccount, { namespace, name: "runtime" });
    expect(await settle(platform, "account")).toEqual({ kind: "done" });
    const { uid } = (await client.get(kinds.serviceAccount, { namespace, name: "runtime" })).metadata;
    expect(await annotations()).toEqual({ ...before, "dotmac.io/account-uid": uid });
    const world = platform.newWorld();
    expect(await reconcileOnce(platform, "account", world)).toEqual({ kind: "done" });
    expect(world.writes).toEqual([]);
  });

  it("outside of Kubernetes is found by the sweep, for each tenant that has it and no other", async () => {
    await readiedOnce("drifts");
    await readied("calm");
    const tenants = [await liveTenant(platform, "drifts"), await liveTenant(platform, "calm")];
    const world = platform.newWorld();
    const { roles, redis } = namesOf(await liveTenant(platform, "drifts"));
    expect(await sweep(tenants, world)).toMatchObject({ drifted: [], failures: [] });
    await platform.database.postgres.query(`ALTER ROLE ${roles.appA} NOLOGIN`);
    expect(await sweep(tenants, world)).toMatchObject({ drifted: ["drifts"], failures: [] });
    await settle(platform, "drifts");
    await world.redis.state.deleteUser(redis.user);
    expect(await sweep(tenants, world)).toMatchObject({ drifted: ["drifts"], failures: [] });
    await settle(platform, "drifts");
    expect(await sweep(tenants, world)).toMatchObject({ drifted: [], failures: [] });
  });

  it("is found although one of the other servers cannot be reached", async () => {
    await readiedOnce("drifts");
    const world = platform.newWorld();
    const tenant = await liveTenant(platform, "drifts");
    await world.redis.state.deleteUser(namesOf(tenant).redis.user);
    const { host, port } = inject("redisCache");
    await using another = connectRedis({
      host,
      port,
      ca: () => "no certificate",
      username: "none",
      password: "none",
    });
    const { drifted, failures } = await sweep([tenant], {
      ...world,
      redis: { ...world.redis, cache: another },
    });
    expect(drifted).toEqual(["drifts"]);
    expect(failures).toEqual([
      { part: "redis-cache", error: expect.objectContaining({ reason: "RedisUnavailable" }) },
    ]);
    await settle(platform, "drifts");
  });

  it("in Vault is found while PostgreSQL does not answer", async () => {
    const names = namesOf(await readied("half-seen"));
    const world = platform.newWorld();
    for (const path of Object.values(vaultPaths(names))) await platform.vault.destroySecret(path);
    const away = new RetryableError("DatabaseUnavailable", "PostgreSQL cannot be reached.");
    const postgres = { ...world.postgres, query: () => Promise.reject(away) };
    const { drifted, failures } = await sweep([await liveTenant(platform, "half-seen")], {
      ...world,
      postgres,
    });
    expect(drifted).toEqual(["half-seen"]);
    expect(failures).toContainEqual({ part: "orphans", error: away });
  });

  it.each(redisRoles)("in Redis (%s) is found while PostgreSQL does not answer", async (role) => {
    const name = `half-seen-${role}`;
    const names = namesOf(await readied(name));
    const world = platform.newWorld();
    await world.redis[role].deleteUser(names.redis.user);
    const { drifted, failures } = await sweep([await liveTenant(platform, name)], withoutPostgres(world));
    expect(drifted).toEqual([name]);
    expect(failures.map(({ part }) => part)).toContain(`retired users of redis-${role}`);
    expect(failures.map(({ part }) => part)).not.toContain(`redis-${role}`);
    await settle(platform, name);
  });

  it("that would lose the keys of the data stalls the tenant instead of creating new keys", async () => {
    const names = namesOf(await readied("keyless"));
    await platform.vault.destroySecret(vaultPaths(names).encryption);
    await expect(settle(platform, "keyless")).rejects.toMatchObject({ reason: "EncryptionKeysMissing" });
    const { status } = await liveTenant(platform, "keyless");
    expect(findCondition(status?.conditions, "Stalled")?.reason).toBe("EncryptionKeysMissing");
    expect(findCondition(status?.conditions, "SecretsReady")?.status).toBe("Unknown");
  });
});

describe("a deleted tenant", () => {
  it.concurrent("keeps its schema by default, but no login, secret or host", async () => {
    const names = namesOf(await readied("retained"));
    const login = await runtimeLogin("retained");
    await withClient(login, (client) => client.query("INSERT INTO customers VALUES ('Ada')"));
    await remove("retained");
    await expect(withClient(login, async () => {})).rejects.toMatchObject({ code: "28P01" });
    const world = platform.newWorld();
    expect(await world.redis.cache.user(names.redis.user)).toBeUndefined();
    expect(await world.redis.state.user(names.redis.user)).toBeUndefined();
    expect(await platform.vault.readSecret(vaultPaths(names).credentials)).toBeUndefined();
    expect(await platform.vault.readSecret(vaultPaths(names).encryption)).toBeDefined();
    expect(await platform.cluster.cluster.get(kinds.namespace, { name: names.namespace })).toBeUndefined();
    expect(await platform.cluster.cluster.get(hostClaimKind, { name: "retained.isp.test" })).toBeUndefined();
    expect(
      await platform.cluster.cluster.get(kinds.secret, { namespace: "dotmac-admins", name: "retained" }),
    ).toBeUndefined();
    expect(await customersOf(names.schema)).toEqual([{ name: "Ada" }]);
    expect(await record(names.id)).toEqual({ state: "retained", delete_after: null });
  });

  it.concurrent("with a new Tenant of the same name is not visible to it, and the new one has a new id", async () => {
    const old = namesOf(await readied("again"));
    await withClient(await runtimeLogin("again"), (client) =>
      client.query("INSERT INTO customers VALUES ('Ada')"),
    );
    await remove("again");
    const next = namesOf(await readied("again"));
    expect(next.id).not.toBe(old.id);
    expect(await customersOf(next.schema)).toEqual([]);
    expect(await customersOf(old.schema)).toEqual([{ name: "Ada" }]);
  });

  it.concurrent("is restored with its data and keys by adoptFrom, and with new credentials", async () => {
    const old = namesOf(await readied("back"));
    const oldLogin = await runtimeLogin("back");
    const keys = await platform.vault.readSecret(vaultPaths(old).encryption);
    await withClient(oldLogin, (client) => client.query("INSERT INTO customers VALUES ('Ada')"));
    await remove("back");
    await readied("back", { adoptFrom: old.id });
    expect((await liveTenant(platform, "back")).status?.id).toBe(old.id);
    expect(await platform.vault.readSecret(vaultPaths(old).encryption)).toEqual(keys);
    await withClient(await runtimeLogin("back"), async (client) => {
      expect((await client.query("SELECT name FROM customers")).rows).toEqual([{ name: "Ada" }]);
    });
    await expect(withClient(oldLogin, async () => {})).rejects.toMatchObject({ code: "28P01" });
    expect(await record(old.id)).toEqual({ state: "active", delete_after: null });
  });

  it("is not restored with another currency than that of its amounts", async () => {
    const { id } = namesOf(await readied("money"));
    await remove("money");
    await create("money", { adoptFrom: id, currency: "JPY" });
    expect(await settle(platform, "money")).toMatchObject({
      kind: "stalled",
      reason: "CurrencyDiffers",
      message: expect.stringContaining("spec.currency: EUR"),
    });
    expect(await record(id)).toMatchObject({ state: "retained" });
    await remove("money");
    await readied("money", { adoptFrom: id });
  });

  it("that is older than the record of currencies gets its currency recorded", async () => {
    const { id } = namesOf(await readied("old-money"));
    const currency = () =>
      platform.database.postgres.query("SELECT currency FROM public.tenants WHERE id = $1", [id]);
    await platform.database.postgres.query("UPDATE public.tenants SET currency = NULL WHERE id = $1", [id]);
    expect(await settle(platform, "old-money")).toEqual({ kind: "done" });
    expect(await currency()).toEqual([{ currency: "EUR" }]);
  });

  it("whose finalizer was removed by hand is restored by the commands in the operator's message", async () => {
    const { id } = namesOf(await readied("forced"));
    const { client } = platform.cluster;
    await client.delete(tenantKind, { name: "forced" });
    await client.merge(tenantKind, { name: "forced" }, { metadata: { finalizers: null } }, manager);
    await platform.database.postgres.query(
      "UPDATE public.tenants SET state = 'retained', retained_at = now() WHERE id = $1",
      [id],
    );
    await readied("forced", { adoptFrom: id });
    const claim = await client.get(hostClaimKind, { name: "forced.isp.test" });
    expect(claim.spec.tenantRef.uid).toBe((await liveTenant(platform, "forced")).metadata.uid);
  });

  it("whose finalizer was removed by hand keeps its hosts, and another tenant's message says how to free them", async () => {
    const { namespace, id } = namesOf(await readied("leaver"));
    const { client } = platform.cluster;
    await client.delete(tenantKind, { name: "leaver" });
    await client.merge(tenantKind, { name: "leaver" }, { metadata: { finalizers: null } }, manager);
    const left = await sweep(await client.listAll(tenantKind), platform.newWorld());
    expect(left.orphans).toContainEqual({ id, name: "leaver" });
    await create("taker", { hosts: ["leaver.isp.test"] });
    expect(await settle(platform, "taker")).toMatchObject({
      kind: "stalled",
      reason: "HostTaken",
      message: expect.stringMatching(
        new RegExp(`Delete the namespace ${namespace} .*kubectl delete hostclaim leaver.isp.test`),
      ),
    });
  });

  it("is not restored under another name, nor twice, nor with an unknown id", async () => {
    const { id } = namesOf(await readied("mine"));
    await create("attacker", { adoptFrom: id });
    expect(await settle(platform, "attacker")).toMatchObject({
      kind: "stalled",
      reason: "DataExistsUnderOtherUid",
    });
    await remove("attacker");
    const world = platform.newWorld();
    await reconcileOnce(platform, "mine", world);
    expect(world.writes).toEqual([]);
    await remove("mine");
    await create("heir", { adoptFrom: id });
    expect(await settle(platform, "heir")).toMatchObject({ kind: "stalled", reason: "AdoptionRefused" });
    await create("dreamer", { adoptFrom: "aaaaaaaaaa" });
    expect(await settle(platform, "dreamer")).toMatchObject({ kind: "stalled", reason: "AdoptionRefused" });
  });

  it("whose data are in use by a Tenant of another cluster stalls, and keeps the data when deleted", async () => {
    const elsewhere = "bbbbbbbbbb";
    await platform.database.postgres.query(
      "INSERT INTO public.tenants (id, uid, name) VALUES ($1, gen_random_uuid(), 'moved')",
      [elsewhere],
    );
    await create("moved");
    expect(await settle(platform, "moved")).toMatchObject({
      kind: "stalled",
      reason: "DataExistsUnderOtherUid",
      message: expect.stringContaining(`spec.adoptFrom: ${elsewhere}`),
    });
    await remove("moved");
    expect(await record(elsewhere)).toEqual({ state: "active", delete_after: null });
  });

  it("with the policy Delete is destroyed after its grace and not before, keys included", async () => {
    const tenant = await readied("deleted", { deletionPolicy: "Delete", deletionGrace: "1h" });
    const names = namesOf(tenant);
    await remove("deleted");
    const world = platform.newWorld();
    expect(await destroyDue(world)).toEqual([]);
    expect((await record(names.id))?.delete_after).toBeInstanceOf(Date);
    await passGrace(names.id);
    expect(await destroyDue(world)).toEqual([names.id]);
    expect(await destroyDue(world)).toEqual([]);
    await expectDestroyed(names);
  });

  it("is listed, and destroyed permanently by the command of the how-to page", async () => {
    const names = namesOf(await readied("unwanted"));
    const { client } = platform.cluster;
    await remove("unwanted");
    expect(await retained(names)).toMatchObject({
      spec: { tenant: "unwanted" },
      status: { state: "Retained" },
    });
    await listRetained(platform.newWorld());
    expect(await retained(names)).toMatchObject({
      spec: { tenant: "unwanted" },
      status: {
        state: "Retained",
        retainedAt: expect.any(String),
        size: expect.stringMatching(/^[1-9][0-9]*Mi$/),
      },
    });
    expect(await requestPurges(platform.newWorld())).toEqual([]);
    const command = await howToPurge(names);
    const purge = (patch: object) => client.merge(retainedTenantKind, { name: names.id }, patch, manager);
    await expect(purge({ spec: { purge: "north" } })).rejects.toThrow("write the name of the deleted Tenant");
    await purge(command);
    await sweepRetained();
    await expectDestroyed(names);
    expect(await retained(names)).toBeUndefined();
    const told = platform.events.filter(({ regarding }) => regarding.metadata.name === names.id);
    expect(told.map(({ reason }) => reason)).toEqual(["PurgeRequested", "DataDestroyed"]);
    expect(await record(names.id)).toMatchObject({ state: "destroyed" });
  });

  it("is reported when a new Tenant of the same name begins with empty data", async () => {
    const { id } = namesOf(await readied("repeated"));
    await remove("repeated");
    const repeated = await readied("repeated");
    const told = platform.events.filter(({ regarding }) => regarding.metadata.uid === repeated.metadata.uid);
    expect(told).toContainEqual(
      expect.objectContaining({
        type: "Warning",
        reason: "RetainedDataExist",
        note: expect.stringContaining(`create it again with spec.adoptFrom: ${id}`),
      }),
    );
    await remove("repeated");
    const adopting = await readied("repeated", { adoptFrom: id });
    const reasons = platform.events
      .filter(({ regarding }) => regarding.metadata.uid === adopting.metadata.uid)
      .map(({ reason }) => reason);
    expect(reasons).not.toContain("RetainedDataExist");
  });

  it("is listed again by the sweep when its entry is missing, and the entry is written once", async () => {
    const names = namesOf(await readied("unlisted"));
    await remove("unlisted");
    await platform.cluster.client.delete(retainedTenantKind, { name: names.id });
    await sweepRetained();
    expect(await retained(names)).toMatchObject({
      spec: { tenant: "unlisted" },
      status: { state: "Retained" },
    });
    const world = platform.newWorld();
    await listRetained(world);
    expect(world.writes).toEqual([]);
  });

  it("is no longer listed once it is adopted, and a late purge destroys nothing", async () => {
    const names = namesOf(await readied("desired-back"));
    await remove("desired-back");
    await readied("desired-back", { adoptFrom: names.id });
    const patch = { spec: { purge: "desired-back" } };
    await platform.cluster.client.merge(retainedTenantKind, { name: names.id }, patch, manager);
    await sweepRetained();
    expect(await record(names.id)).toMatchObject({ state: "active" });
    expect(await retained(names)).toBeUndefined();
  });

  it("is not destroyed by a purge that is older than its adoption", async () => {
    const names = namesOf(await readied("wanted-again"));
    await remove("wanted-again");
    await platform.database.postgres.query(
      "UPDATE public.tenants SET retained_at = retained_at - interval '1 hour' WHERE id = $1",
      [names.id],
    );
    await listRetained(platform.newWorld());
    const patch = { spec: { purge: "wanted-again" } };
    await platform.cluster.client.merge(retainedTenantKind, { name: names.id }, patch, manager);
    await readied("wanted-again", { adoptFrom: names.id });
    await remove("wanted-again");
    await sweepRetained();
    expect(await record(names.id)).toMatchObject({ state: "retained" });
    expect(await retained(names)).toMatchObject({ spec: { tenant: "wanted-again" } });
    expect((await retained(names))?.spec.purge).toBeUndefined();
  });

  it("is destroyed although another tenant's data cannot be destroyed", async () => {
    const blocked = namesOf(await readied("blocked", { deletionPolicy: "Delete" }));
    const free = namesOf(await readied("free", { deletionPolicy: "Delete" }));
    for (const [name, names] of [["blocked", blocked] as const, ["free", free] as const]) {
      await remove(name);
      await passGrace(names.id);
    }
    // In another database of the server, which the operator does not use.
    const elsewhere = (text: string) =>
      withClient(superuser(inject("postgres18"), "postgres"), (client) => client.query(text));
    await elsewhere(`CREATE SCHEMA ${blocked.schema} AUTHORIZATION ${blocked.roles.owner}`);
    await expect(destroyDue(platform.newWorld())).rejects.toThrow("cannot be dropped");
    await expectDestroyed(free);
    const left = await platform.database.postgres.query("SELECT FROM pg_namespace WHERE nspname = $1", [
      blocked.schema,
    ]);
    expect(left).toEqual([]);
    await elsewhere(`DROP SCHEMA ${blocked.schema}`);
    await destroyDue(platform.newWorld());
    await expectDestroyed(blocked);
  });

  it.each([
    ["objects", /^transaction DROP TABLE/],
    ["schema", /^transaction DROP OWNED/],
    ["roles", /^transaction .*DROP ROLE/],
    ["secrets", /^destroy secret .*encryption/],
    ["key", /^destroy key/],
  ])("is destroyed completely after a crash right after its %s", async (point, write) => {
    const name = `doomed-${point}`;
    const names = namesOf(await readied(name, { deletionPolicy: "Delete" }));
    await remove(name);
    await passGrace(names.id);
    const dying = platform.newWorld();
    dying.crashAfter(write);
    await expect(destroyDue(dying)).rejects.toThrow(Crash);
    await create(name, { adoptFrom: names.id });
    expect(await settle(platform, name)).toMatchObject({ kind: "stalled", reason: "DataDestroyed" });
    expect(await destroyDue(platform.newWorld())).toEqual([names.id]);
    await expectDestroyed(names);
  });

  it.concurrent.each([
    ["pods", /^deleted Deployment/],
    ["logins", /^transaction .*ALTER ROLE/],
    ["cache", /^delete user .* of cache/],
    ["passwords", /^destroy secret/],
    ["namespace", /^deleted Namespace/],
    ["record", /^transaction UPDATE public.tenants/],
    ["host", /^deleted HostClaim/],
  ])("is retired completely after a crash right after its %s", async (point, write) => {
    const name = `retire-${point}`;
    const names = namesOf(await readied(name));
    await platform.cluster.client.delete(tenantKind, { name });
    const dying = platform.newWorld();
    dying.crashAfter(write);
    await expect(settleDeletion(platform, name, dying)).rejects.toThrow(Crash);
    await settleDeletion(platform, name);
    expect(await record(names.id)).toEqual({ state: "retained", delete_after: null });
    expect(await platform.cluster.cluster.get(kinds.namespace, { name: names.namespace })).toBeUndefined();
    expect(await platform.vault.readSecret(vaultPaths(names).credentials)).toBeUndefined();
  });
});

it("a foreign object in a tenant's namespace is reported, and nowhere else", async () => {
  const { namespace } = namesOf(await readied("visited"));
  for (const place of [namespace, "dotmac-system"]) {
    const policy = {
      metadata: { namespace: place, name: "open-sesame" },
      spec: { podSelector: {}, ingress: [{}] },
    };
    await platform.cluster.client.create(
      kinds.networkPolicy,
      { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", ...policy },
      manager,
    );
  }
  platform.events.splice(0);
  await sweep([await liveTenant(platform, "visited")], platform.newWorld());
  expect(platform.events.map(({ regarding, reason }) => [regarding.metadata.name, reason])).toEqual([
    ["visited", "ForeignObject"],
  ]);
  expect(platform.events[0]?.note).toContain(`${namespace}, found the NetworkPolicy open-sesame`);
});

describe("on PostgreSQL 15", () => {
  it("a tenant is created, retired, adopted and destroyed as on PostgreSQL 18", async () => {
    await using database = await platformDatabase(inject("postgres15"));
    const old = platform.on(database);
    const tenant = await create("fifteen");
    expect(await settle(old, "fifteen")).toEqual({ kind: "done" });
    const world = old.newWorld();
    await reconcileOnce(old, "fifteen", world);
    expect(world.writes).toEqual([]);
    await platform.cluster.client.delete(tenantKind, { name: "fifteen" });
    await settleDeletion(old, "fifteen");
    const { id, schema } = namesOf(tenant);
    await create("fifteen", { adoptFrom: id, deletionPolicy: "Delete", deletionGrace: "0s" });
    expect(await settle(old, "fifteen")).toEqual({ kind: "done" });
    await platform.cluster.client.delete(tenantKind, { name: "fifteen" });
    await settleDeletion(old, "fifteen");
    expect(await destroyDue(old.newWorld())).toEqual([id]);
    const left = await database.postgres.query("SELECT FROM pg_roles WHERE rolname LIKE $1", [
      `${schema}\\_%`,
    ]);
    expect(left).toEqual([]);
  });
});

describe("an outage", () => {
  function withoutVault(): ReturnType<TestPlatform["newWorld"]> {
    const world = platform.newWorld();
    const vault = connectVault({
      address: "https://localhost:1",
      ca: () => world.settings.ca,
      kvMount: "tenants",
      transitMount: "transit",
      login: async () => ({ token: "x", ttlSeconds: 0, renewable: false }),
      clock: world.clock,
    });
    return { ...world, vault };
  }

  it("of PostgreSQL does not keep a suspended tenant running", async () => {
    const { namespace } = namesOf(await readied("database-suspends"));
    await change("database-suspends", { suspended: true });
    await expect(reconcileOnce(platform, "database-suspends", withoutPostgres())).rejects.toMatchObject({
      reason: "DatabaseUnavailable",
    });
    const deployment = await platform.cluster.client.get(kinds.deployment, { namespace, name: "runtime" });
    expect(deployment.spec?.replicas).toBe(0);
  });

  it.each([
    ["that was made", undefined],
    ["that adopted its data", "adopts"],
  ])("does not keep a deleted tenant running %s", async (_, adoption) => {
    const name = `outage-deletes-${adoption ?? "new"}`;
    let { namespace, id, roles } = namesOf(await readied(name));
    if (adoption !== undefined) {
      await remove(name);
      ({ namespace, id, roles } = namesOf(await readied(name, { adoptFrom: id })));
    }
    await platform.cluster.client.delete(tenantKind, { name });
    await expect(settleDeletion(platform, name, withoutPostgres())).rejects.toMatchObject({
      reason: "DatabaseUnavailable",
    });
    const { cluster } = platform.cluster;
    const runtimes = { namespace, name: "runtime" };
    expect(await cluster.get(kinds.deployment, runtimes)).toBeUndefined();
    expect(await liveRoutes(namespace, { cluster })).toEqual([]);
    expect(await record(id)).toMatchObject({ state: "active" });
    expect(
      await platform.database.postgres.query("SELECT rolcanlogin FROM pg_roles WHERE rolname = $1", [
        roles.appA,
      ]),
    ).toEqual([{ rolcanlogin: true }]);
    await settleDeletion(platform, name);
    expect(await record(id)).toMatchObject({ state: "retained" });
  });

  it("of Vault does not keep a suspended tenant running", async () => {
    const { namespace } = namesOf(await readied("outage-suspends"));
    await change("outage-suspends", { suspended: true });
    await expect(reconcileOnce(platform, "outage-suspends", withoutVault())).rejects.toMatchObject({
      reason: "VaultUnavailable",
    });
    const deployment = await platform.cluster.client.get(kinds.deployment, { namespace, name: "runtime" });
    expect(deployment.spec?.replicas).toBe(0);
  });

  it("leaves a ready tenant ready, and the step's condition reports it", async () => {
    await readied("outage");
    await expect(reconcileOnce(platform, "outage", withoutVault())).rejects.toMatchObject({
      reason: "VaultUnavailable",
    });
    const { status } = await liveTenant(platform, "outage");
    expect(findCondition(status?.conditions, "Ready")?.status).toBe("True");
    expect(findCondition(status?.conditions, "SecretsReady")).toMatchObject({
      status: "Unknown",
      reason: "VaultUnavailable",
    });
    expect(findCondition(status?.conditions, "Reconciling")?.reason).toBe("VaultUnavailable");
    await settle(platform, "outage");
    expect(
      findCondition((await liveTenant(platform, "outage")).status?.conditions, "Reconciling"),
    ).toBeUndefined();
  });
});

it("no statement of the operator contains a password", async () => {
  const path = vaultPaths(namesOf(await readied("logged"))).credentials;
  const credentials = JSON.stringify((await platform.vault.readSecret(path))?.data);
  const passwords = [...credentials.matchAll(/"([\w-]{43})"/g)].map(([, password]) => password ?? "");
  expect(passwords).toHaveLength(4);
  const statement = `CREATE ROLE "${namesOf(await liveTenant(platform, "logged")).roles.appA}"`;
  expect(await loggedOf(platform.database, [statement, ...passwords])).toEqual([statement]);
});

function create(name: string, spec: Partial<Tenant["spec"]> = {}): Promise<Tenant> {
  return platform.cluster.client.create(tenantKind, tenantManifest(name, spec), manager);
}

async function readied(name: string, spec: Partial<Tenant["spec"]> = {}): Promise<Tenant> {
  const tenant = await create(name, spec);
  expect(await settle(platform, name)).toEqual({ kind: "done" });
  return tenant;
}

async function readiedOnce(name: string): Promise<Tenant> {
  const known = platform.cluster.stores.of(tenantKind).get({ name });
  return known ?? readied(name);
}

function change(name: string, spec: object): Promise<Tenant> {
  return platform.cluster.client.merge(tenantKind, { name }, { spec }, manager);
}

async function remove(name: string): Promise<void> {
  await platform.cluster.client.delete(tenantKind, { name });
  await settleDeletion(platform, name);
}

async function runtimeLogin(name: string) {
  const { namespace } = namesOf(await liveTenant(platform, name));
  const secret = await platform.cluster.client.get(kinds.secret, { namespace, name: "runtime" });
  const login = JSON.parse(Buffer.from(secret.data?.["database.json"] ?? "", "base64").toString());
  return { ...platform.database.database.operator, ...login };
}

function customersOf(schema: string): Promise<object[]> {
  return platform.database.postgres.query(`SELECT name FROM ${schema}.customers`);
}

async function record(id: string): Promise<{ state: string; delete_after: Date | null } | undefined> {
  const rows = await platform.database.postgres.query<{ state: string; delete_after: Date | null }>(
    "SELECT state, delete_after FROM public.tenants WHERE id = $1",
    [id],
  );
  return rows[0];
}

/** The recorded reports of Jobs about the schema. */
function reported(id: string): Promise<object[]> {
  const text = "SELECT version, image_mark FROM public.tenant_migrations WHERE tenant_id = $1";
  return platform.database.postgres.query(text, [id]);
}

async function passGrace(id: string): Promise<void> {
  await platform.database.postgres.query("UPDATE public.tenants SET delete_after = now() WHERE id = $1", [
    id,
  ]);
}

async function expectDestroyed(names: ReturnType<typeof namesOf>): Promise<void> {
  const left = await platform.database.postgres.query(
    `SELECT rolname FROM pg_roles WHERE rolname LIKE $1 UNION SELECT nspname FROM pg_namespace WHERE nspname = $2`,
    [`${names.schema}\\_%`, names.schema],
  );
  expect(left).toEqual([]);
  expect(await platform.vault.hasTransitKey(names.vault.transitKey)).toBe(false);
  for (const path of Object.values(vaultPaths(names)))
    expect(await platform.vault.readSecret(path)).toBeUndefined();
  expect((await record(names.id))?.state).toBe("destroyed");
}

/** Reconciles a changed image up to its Deployment, with its Job completed by hand. */
async function untilDeployed(name: string, world: ReturnType<TestPlatform["newWorld"]>): Promise<void> {
  const { namespace } = namesOf(await liveTenant(platform, name));
  await reconcileOnce(platform, name, world);
  for (const job of await platform.cluster.client.listAll(kinds.job, { namespace })) {
    if (job.status?.conditions === undefined) await endJob(platform, job, "Complete");
  }
  expect(await reconcileOnce(platform, name, world)).toMatchObject({ kind: "waiting", reason: "RollingOut" });
}

/** The patch of docs/how-to/retained-data.md that destroys the data, for this tenant. */
async function howToPurge({ id, tenant }: ReturnType<typeof namesOf>): Promise<object> {
  const page = await readFile(join(import.meta.dirname, "../../../docs/how-to/retained-data.md"), "utf8");
  const [, named, patch] =
    /kubectl patch retainedtenant (\S+) --type=merge -p '(.*"purge":"north".*)'/.exec(page) ?? [];
  if (named !== "k3v7q2mzxa" || patch === undefined)
    throw new Error(`expected a purge of ${id} in the how-to`);
  return JSON.parse(patch.replace("north", tenant));
}

/** The entry of a tenant's data in the list of retained data. */
function retained({ id }: ReturnType<typeof namesOf>) {
  return platform.cluster.cluster.get(retainedTenantKind, { name: id });
}

/** The operator's work on retained data at each sweep. */
async function sweepRetained(): Promise<void> {
  const world = platform.newWorld();
  await requestPurges(world);
  await destroyDue(world);
  await listRetained(world);
}

/** The running pod of the only unfinished Job. The returned function sets its final phase. */
async function migrationPod(namespace: string): ReturnType<typeof jobPod> {
  const { client } = platform.cluster;
  const jobs = await client.listAll(kinds.job, { namespace });
  const job = jobs.find(({ status }) => status?.conditions === undefined);
  if (job === undefined) throw new Error("expected a Job that has not ended");
  return jobPod(platform, job);
}

/** Sets the kubelet's waiting state on the pod of the only unfinished Job. */
function jobPodWaits(namespace: string, waiting: object): Promise<void> {
  const container = { name: "migrate", image: "", imageID: "", ready: false, restartCount: 0 };
  return jobPodIs(namespace, { phase: "Pending", containerStatuses: [{ ...container, state: { waiting } }] });
}

async function jobPodIs(namespace: string, status: object): Promise<void> {
  const { client } = platform.cluster;
  const jobs = await client.listAll(kinds.job, { namespace });
  const job = jobs.find(({ status }) => status?.conditions === undefined);
  const name = { namespace, name: `${job?.metadata.name}-pod` };
  await client.merge(kinds.pod, name, { status }, { ...manager, subresource: "status" });
}

async function failingPod(namespace: string, image: string): Promise<void> {
  const { client } = platform.cluster;
  const deployment = await client.get(kinds.deployment, { namespace, name: "runtime" });
  const template = deployment.spec?.template;
  const pod = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { namespace, name: "runtime-bad", labels: template?.metadata?.labels ?? {} },
    spec: template?.spec,
  };
  await client.create(kinds.pod, pod as never, manager);
  const waiting = { reason: "ImagePullBackOff", message: `Back-off pulling image "${image}"` };
  const status = {
    phase: "Pending",
    containerStatuses: [
      { name: "runtime", image, imageID: "", ready: false, restartCount: 0, state: { waiting } },
    ],
  };
  await client.merge(
    kinds.pod,
    { namespace, name: "runtime-bad" },
    { status },
    { ...manager, subresource: "status" },
  );
}

/** A world whose PostgreSQL does not answer. */
function withoutPostgres(world = platform.newWorld()) {
  const away = new RetryableError("DatabaseUnavailable", "PostgreSQL cannot be reached.");
  const refuse = () => Promise.reject(away);
  return { ...world, postgres: { ...world.postgres, query: refuse, fenced: refuse, transaction: refuse } };
}
