import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:https";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { issueCertificate } from "../certificates/issue-certificate.ts";
import { connectRuntimes } from "../clients/runtime/runtimes.ts";
import { findCondition } from "../kubernetes/objects/conditions.ts";
import {
  defineKind,
  type Job,
  type Kind,
  type KubernetesObject,
  kinds,
} from "../kubernetes/objects/kinds.ts";
import { namesOf } from "./model/blueprint.ts";
import { hostClaimKind, type Tenant, tenantKind } from "./model/kinds.ts";
import { vaultPaths } from "./model/names/vault-paths.ts";
import { redisUser } from "./resources/redis-users/redis-user.ts";
import { createPlan } from "./testing/create-plan.ts";
import { Crash } from "./testing/observed-world.ts";
import { liveTenant, reconcileOnce, settle, settleDeletion, sweep } from "./testing/play-cluster.ts";
import { tenantManifest } from "./testing/tenant-manifest.ts";
import { defaultImage, startTestPlatform, type TestPlatform } from "./testing/test-platform.ts";

const manager = { fieldManager: "test" };
const elsewhere = "another-team";
let platform: TestPlatform;

beforeAll(async () => {
  platform = await startTestPlatform();
  await createPlan(platform);
  const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: elsewhere } };
  await platform.cluster.client.create(kinds.namespace, namespace, manager);
});

afterAll(() => platform[Symbol.asyncDispose]());

describe("an object of another namespace with a tenant's labels", () => {
  it("neither blocks the tenant nor ends its migration, and causes no write", async () => {
    const tenant = await readied("claimed");
    for (const job of [suspendedJob(), finishedJob()]) await plant(tenant, kinds.job, job);
    await plant(tenant, kinds.deployment, deployment(), "runtime");
    await plant(tenant, kinds.configMap, { data: { "tenant.json": "{}" } }, "runtime");
    await plant(tenant, kinds.secret, { data: { "database.json": "e30=" } }, "runtime");
    await plant(tenant, kinds.service, { spec: { ports: [{ port: 1 }] } }, "runtime");
    const world = platform.newWorld();
    expect(await reconcileOnce(platform, "claimed", world)).toEqual({ kind: "done" });
    expect(world.writes).toEqual([]);
    // The tenant waits only for its own Job.
    await change("claimed", { runtime: { image: "registry.example.test/dotmac/tenant-runtime:2.0.0" } });
    await reconcileOnce(platform, "claimed", world);
    expect(await reconcileOnce(platform, "claimed", world)).toMatchObject({ reason: "Migrating" });
    expect(world.writes.filter((write) => write.startsWith("created Job"))).toHaveLength(1);
  });

  it("is kept when the tenant is deleted, and does not block the deletion", async () => {
    const tenant = await readied("leaving");
    const job = await plant(tenant, kinds.job, suspendedJob());
    await platform.cluster.client.delete(tenantKind, { name: "leaving" });
    await settleDeletion(platform, "leaving");
    expect(await platform.cluster.cluster.get(kinds.job, job.metadata)).toBeDefined();
  });

  it("does not release a host: a HostClaim belongs to the uid in it", async () => {
    const tenant = await readied("labelled");
    const foreign = { name: "somebody", uid: crypto.randomUUID() };
    const claim = await plant(tenant, hostClaimKind, { spec: { tenantRef: foreign } }, "foreign.isp.test");
    const world = platform.newWorld();
    expect(await reconcileOnce(platform, "labelled", world)).toEqual({ kind: "done" });
    expect(world.writes).toEqual([]);
    expect(await platform.cluster.cluster.get(hostClaimKind, { name: claim.metadata.name })).toBeDefined();
    // Names the tenant as owner and has no label: it belongs to the tenant, but is not desired.
    const own = { name: "labelled", uid: tenant.metadata.uid };
    await plant(undefined, hostClaimKind, { spec: { tenantRef: own } }, "own.isp.test");
    await reconcileOnce(platform, "labelled", world);
    expect(world.writes).toContain("deleted HostClaim own.isp.test");
  });
});

describe("a change of adminEmail", () => {
  it("creates a new one-time password, once for each address", async () => {
    const tenant = await readied("handed");
    const first = await administrator(tenant);
    await change("handed", { adminEmail: "second@handed.isp.test" });
    await settle(platform, "handed");
    const second = await administrator(tenant);
    expect(second.told.email).toBe("second@handed.isp.test");
    expect(second.mounted.email).toBe("second@handed.isp.test");
    expect(second.told.password).not.toBe(first.told.password);
    expect(second.mounted.passwordHash).not.toBe(first.mounted.passwordHash);
    const world = platform.newWorld();
    await reconcileOnce(platform, "handed", world);
    expect(world.writes).toEqual([]);
    await change("handed", { adminEmail: "Admin@handed.isp.test" });
    await settle(platform, "handed");
    expect(await administrator(tenant)).toEqual(first);
  });

  it("keeps the password when the operator dies right after it was written", async () => {
    const tenant = await readied("crashed");
    await change("crashed", { adminEmail: "second@crashed.isp.test" });
    const world = platform.newWorld();
    world.crashAfter(/^write secret .*admin/);
    await expect(reconcileOnce(platform, "crashed", world)).rejects.toThrow(Crash);
    const { data } = (await platform.vault.readSecret(vaultPaths(namesOf(tenant)).admin)) ?? {};
    await settle(platform, "crashed");
    expect((await administrator(tenant)).told).toMatchObject({ password: data?.password });
  });
});

describe("a deposed leader's late write", () => {
  it("of a revoked Redis password is undone by the next leader's first sweep", async () => {
    const tenant = await readied("redis-late");
    const next = platform.newWorld();
    await reconcileOnce(platform, "redis-late", next);
    const tenants = [await liveTenant(platform, "redis-late")];
    expect(await sweep(tenants, next)).toMatchObject({ drifted: [], failures: [] });
    await next.redis.state.setUser(redisUser(namesOf(tenant), "revoked"));
    expect(await sweep(tenants, next)).toMatchObject({ drifted: ["redis-late"], failures: [] });
    await reconcileOnce(platform, "redis-late", next);
    const user = await next.redis.state.user(namesOf(tenant).redis.user);
    expect(user?.passwordHashes).toHaveLength(1);
    expect(user?.passwordHashes).not.toContain(createHash("sha256").update("revoked").digest("hex"));
  });

  it("of the user of a retired tenant is undone too", async () => {
    const tenant = await readied("retired-late");
    await readied("present");
    await platform.cluster.client.delete(tenantKind, { name: "retired-late" });
    await settleDeletion(platform, "retired-late");
    const next = platform.newWorld();
    await next.redis.cache.setUser(redisUser(namesOf(tenant), "revoked"));
    await sweep([await liveTenant(platform, "present")], next);
    expect(await next.redis.cache.user(namesOf(tenant).redis.user)).toBeUndefined();
    const present = namesOf(await liveTenant(platform, "present"));
    expect(await next.redis.cache.user(present.redis.user)).toBeDefined();
  });
});

describe("a message of a tenant's pods", () => {
  it("reaches the status and Events bounded and without control characters", async () => {
    const tenant = await readied("loud");
    const { namespace } = namesOf(tenant);
    await change("loud", { runtime: { image: "registry.example.test/dotmac/tenant-runtime:2.0.0" } });
    await reconcileOnce(platform, "loud", platform.newWorld());
    const jobs = await platform.cluster.client.listAll(kinds.job, { namespace });
    const job = jobs.find(({ status }) => status?.conditions === undefined);
    if (job === undefined) throw new Error("expected a running Job");
    const shout = `\u001b[2J\u202edone\u0000\n${"x".repeat(20_000)}`;
    await pod(job, {
      phase: "Pending",
      containerStatuses: [container({ waiting: { reason: "not a reason!", message: shout } })],
    });
    const outcome = await reconcileOnce(platform, "loud", platform.newWorld());
    expect(outcome).toMatchObject({ kind: "waiting", reason: "Other" });
    const { status } = await liveTenant(platform, "loud");
    const ready = findCondition(status?.conditions, "Ready");
    expect(ready?.message).toContain("[2J done xxx");
    expect(ready?.message).toMatch(/^[^\p{Cc}\p{Cf}]{1,2000}$/u);
  });

  it("is read from /health only up to a few KiB", async () => {
    const { certificates } = platform.newWorld().settings;
    if (certificates.mode !== "local") throw new Error("expected certificates of the tests' own");
    const authority = await certificates.authority();
    const pair = await issueCertificate(authority, ["pod.isp.test"], new Date());
    let sent = 0;
    let body: (send: (text: string) => boolean) => void = () => {};
    const server = createServer({ cert: pair.certificate, key: pair.privateKey }, (_, response) => {
      body((text) => response.write(text));
      response.on("drain", () => body((text) => response.write(text)));
      response.on("error", () => {});
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address() as { port: number };
    const ask = () =>
      connectRuntimes({ ca: () => authority.certificate }).credentialsInUse({
        ip: "127.0.0.1",
        port: address.port,
        serverName: "pod.isp.test",
      });
    body = (send) => {
      const chunk = `"${"x".repeat(65_536)}`;
      do sent += chunk.length;
      while (send(chunk));
    };
    expect(await ask()).toEqual({ kind: "silent", reason: expect.stringContaining("more than 16384 bytes") });
    expect(sent).toBeLessThan(20_000_000);
    const inUse = { database: ["t_x_app_a"], redis: ["digest"], auth: ["1"] };
    body = (send) => void send("");
    server.removeAllListeners("request");
    server.on("request", (_, response) => response.end(JSON.stringify({ credentials: inUse })));
    expect(await ask()).toEqual({ kind: "told", inUse });
    server.removeAllListeners("request");
    const endless = { ...inUse, auth: Array.from({ length: 500 }, () => "1") };
    server.on("request", (_, response) => response.end(JSON.stringify({ credentials: endless })));
    expect(await ask()).toEqual({ kind: "ignorant" });
    server.closeAllConnections();
    server.close();
  });
});

describe("a foreign object in a tenant's namespace", () => {
  it("is reported with any labels", async () => {
    const tenant = await readied("guarded");
    const { namespace } = namesOf(tenant);
    platform.events.length = 0;
    await sweep([await liveTenant(platform, "guarded")], platform.newWorld());
    expect(foreign()).toEqual([]);
    await plant(
      tenant,
      kinds.service,
      { spec: { type: "ExternalName", externalName: "south.example" } },
      "x",
      namespace,
    );
    await plant(
      tenant,
      kinds.ingress,
      { spec: { defaultBackend: { service: { name: "x", port: { number: 1 } } } } },
      "x",
      namespace,
    );
    await plant(tenant, kinds.job, suspendedJob(), "x", namespace);
    await plant(tenant, kinds.serviceAccount, {}, "x", namespace);
    const subject = { kind: "User", name: "mallory", apiGroup: "rbac.authorization.k8s.io" };
    const roleRef = { kind: "ClusterRole", name: "edit", apiGroup: "rbac.authorization.k8s.io" };
    await plant(tenant, kinds.roleBinding, { subjects: [subject], roleRef }, "x", namespace);
    await plant(tenant, kinds.service, { spec: { ports: [{ port: 1 }] } }, "not-a-tenants");
    await sweep([await liveTenant(platform, "guarded")], platform.newWorld());
    expect(foreign().sort()).toEqual(
      ["Ingress", "Job", "RoleBinding", "Service", "ServiceAccount"].map((kind) => `${kind} x`),
    );
  });

  it("is reported although it names an owner, unless that owner exists", async () => {
    const tenant = await readied("owned");
    const { namespace } = namesOf(tenant);
    const { client } = platform.cluster;
    const uidOf = async (kind: Kind) =>
      (await client.get(kind, { namespace, name: "runtime" })).metadata.uid ?? "";
    const owned = ({ apiVersion, kind }: Kind, name: string, uid: string, labels = {}) => ({
      metadata: { ownerReferences: [{ apiVersion, kind, name, uid, controller: true }], labels },
    });
    const make = (kind: Kind, name: string, object: { metadata: object }) => {
      const { apiVersion, kind: word } = kind;
      const metadata = { ...object.metadata, name, namespace };
      return client.create(kind, { ...object, apiVersion, kind: word, metadata } as never, manager);
    };
    const service = await uidOf(kinds.service);
    const byController = {
      "kubernetes.io/service-name": "runtime",
      "endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io",
    };
    const slice = (name: string, uid: string, labels: object) =>
      make(endpointSlice, name, {
        ...owned(kinds.service, "runtime", uid, labels),
        ...{ addressType: "IPv4", endpoints: [] },
      });
    const { spec } = deployment();
    const replicaSet = (name: string, owner: string, uid: string) =>
      make(replicaSetKind, name, { ...owned(kinds.deployment, owner, uid), spec } as never);
    const { template } = (await client.get(kinds.deployment, { namespace, name: "runtime" })).spec ?? {};
    const podOf = (name: string, owner: string, uid: string) =>
      make(kinds.pod, name, { ...owned(replicaSetKind, owner, uid), spec: template?.spec } as never);

    await slice("runtime-true", service, byController);
    const madeByIt = await replicaSet("runtime-true", "runtime", await uidOf(kinds.deployment));
    await podOf("runtime-true-1", "runtime-true", madeByIt.metadata.uid ?? "");
    const made = crypto.randomUUID();
    await slice("runtime-forged", made, byController);
    await slice("runtime-own", service, { "kubernetes.io/service-name": "runtime" });
    const forged = await replicaSet("runtime-forged", "runtime", made);
    await replicaSet("runtime-other", "runtime-x", await uidOf(kinds.deployment));
    await podOf("runtime-forged-1", "runtime-true", made);
    await podOf("runtime-forged-2", "runtime-forged", forged.metadata.uid ?? "");

    platform.events.length = 0;
    await sweep([await liveTenant(platform, "owned")], platform.newWorld());
    expect(foreign().sort()).toEqual([
      "EndpointSlice runtime-forged",
      "EndpointSlice runtime-own",
      "Pod runtime-forged-1",
      "Pod runtime-forged-2",
      "ReplicaSet runtime-forged",
      "ReplicaSet runtime-other",
    ]);
  });
});

const endpointSlice = defineKind("discovery.k8s.io/v1", "EndpointSlice", "endpointslices", "namespaced");
const replicaSetKind = defineKind("apps/v1", "ReplicaSet", "replicasets", "namespaced");

function foreign(): string[] {
  const notes = platform.events.filter(({ reason }) => reason === "ForeignObject");
  return notes.map(({ note }) => / found the (.*): /.exec(note)?.[1] ?? note);
}

async function readied(name: string): Promise<Tenant> {
  await platform.cluster.client.create(tenantKind, tenantManifest(name), manager);
  expect(await settle(platform, name)).toEqual({ kind: "done" });
  return liveTenant(platform, name);
}

function change(name: string, spec: Partial<Tenant["spec"]>): Promise<Tenant> {
  return platform.cluster.client.merge(tenantKind, { name }, { spec }, manager);
}

/** Creates an object with the tenant's labels. */
function plant<T extends KubernetesObject>(
  tenant: Tenant | undefined,
  kind: Kind<T>,
  body: object,
  name = `planted-${crypto.randomUUID()}`,
  namespace = elsewhere,
): Promise<T> {
  const labels = tenant && {
    "app.kubernetes.io/managed-by": "dotmac-operator",
    "app.kubernetes.io/component": "migration",
    "dotmac.io/tenant": tenant.metadata.name,
  };
  const metadata = { name, labels, ...(kind.namespaced && { namespace }) };
  const object = { apiVersion: kind.apiVersion, kind: kind.kind, metadata, ...body };
  return platform.cluster.client.create(kind, object as unknown as T, manager);
}

const container = (state: object) => ({
  name: "c",
  image: "i",
  imageID: "",
  ready: false,
  restartCount: 0,
  state,
});
const podSpec = { restartPolicy: "Never", containers: [{ name: "c", image: defaultImage }] };
const suspendedJob = () => ({ spec: { suspend: true, template: { spec: podSpec } } });
const finishedJob = () => ({ spec: { completions: 0, template: { spec: podSpec } } });
const deployment = () => ({
  spec: {
    selector: { matchLabels: { a: "b" } },
    template: { metadata: { labels: { a: "b" } }, spec: { containers: podSpec.containers } },
  },
});

async function pod(job: Job, status: object): Promise<void> {
  const { namespace = "", name } = job.metadata;
  const metadata = { namespace, name: `${name}-pod`, labels: job.spec?.template.metadata?.labels ?? {} };
  const object = { apiVersion: "v1", kind: "Pod", metadata, spec: job.spec?.template.spec };
  await platform.cluster.client.create(kinds.pod, object as never, manager);
  await platform.cluster.client.merge(kinds.pod, metadata, { status }, { ...manager, subresource: "status" });
}

async function administrator(tenant: Tenant) {
  const { client } = platform.cluster;
  const { tenant: name, namespace } = namesOf(tenant);
  const told = await client.get(kinds.secret, { namespace: "dotmac-admins", name });
  const runtime = await client.get(kinds.secret, { namespace, name: "runtime" });
  const text = (value = "") => Buffer.from(value, "base64").toString();
  return {
    told: { email: text(told.data?.email), password: text(told.data?.password) },
    mounted: JSON.parse(text(runtime.data?.["admin.json"])) as { email: string; passwordHash: string },
  };
}
