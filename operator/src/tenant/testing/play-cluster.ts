import { namesOnServers, tenantIdLength } from "../../../../contract/tenant-ids.ts";
import { withClient } from "../../../../harness/services/postgres.ts";
import type { Outcome } from "../../kubernetes/loop/outcome.ts";
import { timestamp } from "../../kubernetes/objects/conditions.ts";
import { type Deployment, type Job, kinds } from "../../kubernetes/objects/kinds.ts";
import { eventually } from "../../kubernetes/testing/eventually.ts";
import { destroyExpired } from "../deletion/destroy.ts";
import { namesOf } from "../model/blueprint.ts";
import { type Tenant, tenantKind, tenantPlanKind } from "../model/kinds.ts";
import { reconcileTenant } from "../reconcile.ts";
import { type SweepReport, sweepPlatform } from "../sweep/sweep.ts";
import type { ObservedWorld } from "./observed-world.ts";
import { caughtUp } from "./test-cluster.ts";
import { schemaVersion, type TestPlatform } from "./test-platform.ts";

const manager = { fieldManager: "test" };

/** The Tenant as the API server currently has it. */
export function liveTenant({ cluster }: TestPlatform, name: string): Promise<Tenant> {
  return cluster.client.get(tenantKind, { name });
}

/** Runs one reconcile on the watched copies, as the operator's loop does. */
export async function reconcileOnce(
  platform: TestPlatform,
  name: string,
  world: ObservedWorld,
  resources = world.resources,
): Promise<Outcome> {
  await caughtUp(platform.cluster, name);
  const tenant = platform.cluster.stores.of(tenantKind).get({ name });
  if (tenant === undefined) throw new Error(`expected the Tenant ${name} to exist`);
  const plan = platform.cluster.stores.of(tenantPlanKind).get({ name: tenant.spec.plan });
  return reconcileTenant(tenant, plan, world, resources);
}

/** Reconciles until no reconcile waits. In between it acts as the pods and their controllers. */
export async function settle(
  platform: TestPlatform,
  name: string,
  world = platform.newWorld(),
  resources = world.resources,
): Promise<Outcome> {
  return eventually(`${name} is settled`, async () => {
    const outcome = await reconcileOnce(platform, name, world, resources);
    if (outcome.kind !== "waiting") return outcome;
    await playPods(platform, name);
    return undefined;
  });
}

/** Runs one sweep, as the operator does periodically. */
export function sweep(tenants: readonly Tenant[], world: ObservedWorld): Promise<SweepReport> {
  return sweepPlatform(tenants, world, world.resources);
}

/** Destroys the data that are due, as the operator does periodically. */
export function destroyDue(world: ObservedWorld): Promise<readonly string[]> {
  return destroyExpired(world, world.resources);
}

/** Reconciles a deleted tenant until it no longer exists. */
export async function settleDeletion(
  platform: TestPlatform,
  name: string,
  world = platform.newWorld(),
  resources = world.resources,
): Promise<void> {
  await eventually(`${name} is gone`, async () => {
    const live = await platform.cluster.client.listAll(tenantKind, {
      fieldSelector: `metadata.name=${name}`,
    });
    if (live.length === 0) return platform.cluster.stores.of(tenantKind).get({ name }) === undefined;
    await playDeletion(platform, name, world, resources);
    return false;
  });
}

/** Reconciles a deleted tenant once. Afterwards it acts as the controllers that the operator waits for. */
export async function playDeletion(
  platform: TestPlatform,
  name: string,
  world: ObservedWorld,
  resources = world.resources,
): Promise<Outcome> {
  const outcome = await reconcileOnce(platform, name, world, resources);
  if (outcome.kind === "waiting" && outcome.reason === "RuntimeStopping")
    await collectJobPods(platform, name);
  else if (outcome.kind === "waiting") await namespaceGone(platform, name);
  return outcome;
}

/** Deletes the pods of deleted Jobs, as the garbage collector does. */
export async function collectJobPods(platform: TestPlatform, name: string): Promise<void> {
  const { namespace } = namesOf(await liveTenant(platform, name));
  const { client } = platform.cluster;
  for (const { metadata } of await client.listAll(kinds.pod, { namespace })) {
    if (metadata.ownerReferences?.some(({ kind }) => kind === "Job"))
      await client.delete(kinds.pod, { namespace, name: metadata.name });
  }
}

async function namespaceGone(platform: TestPlatform, name: string): Promise<void> {
  const { namespace } = namesOf(await liveTenant(platform, name));
  await eventually(`the namespace ${namespace} is gone`, async () => {
    return (await platform.cluster.cluster.get(kinds.namespace, { name: namespace })) === undefined;
  });
}

/** Completes each migration Job by hand and makes each Deployment available. */
export async function playPods(platform: TestPlatform, name: string): Promise<void> {
  const { namespace } = namesOf(await liveTenant(platform, name));
  const { client } = platform.cluster;
  for (const job of await client.listAll(kinds.job, { namespace })) {
    if (job.status?.conditions?.length) continue;
    await migrateByHand(platform, namespace);
    await endJob(platform, job, "Complete");
  }
  for (const deployment of await client.listAll(kinds.deployment, { namespace }))
    await rollOut(platform, deployment);
}

/** Does the work of the image's migrations, with the login that the operator put into the namespace. */
async function migrateByHand(platform: TestPlatform, namespace: string): Promise<void> {
  const secret = await platform.cluster.client.get(kinds.secret, { namespace, name: "migrator" });
  const login = JSON.parse(Buffer.from(secret.data?.["database.json"] ?? "", "base64").toString());
  const { schema, ownerRole, readWriteRole } = namesOnServers(namespace.slice(-tenantIdLength));
  await withClient({ ...platform.database.database.operator, ...login }, async (client) => {
    await client.query(`SET ROLE ${ownerRole}`);
    await client.query(`CREATE TABLE IF NOT EXISTS ${schema}.schema_migrations (version int PRIMARY KEY)`);
    await client.query(`CREATE TABLE IF NOT EXISTS ${schema}.customers (name text)`);
    await client.query(
      `INSERT INTO ${schema}.schema_migrations SELECT generate_series(1, ${schemaVersion}) ON CONFLICT DO NOTHING`,
    );
    await client.query(`GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA ${schema} TO ${readWriteRole}`);
  });
}

/**
 * Sets a Job's final status, as the Job controller does. `message` is its reason, or the report of its pod if it is
 * complete.
 */
export async function endJob(
  platform: TestPlatform,
  job: Job,
  type: "Complete" | "Failed",
  message = type === "Complete" ? String(schemaVersion) : "",
): Promise<void> {
  const { cluster } = platform;
  if (type === "Complete") await (await jobPod(platform, job))("Succeeded", message);
  const at = timestamp(new Date());
  const because = { status: "True", lastProbeTime: at, lastTransitionTime: at, reason: "Test", message };
  const first = type === "Complete" ? "SuccessCriteriaMet" : "FailureTarget";
  const status = {
    startTime: at,
    ...(type === "Complete" ? { completionTime: at, succeeded: 1 } : { failed: 3 }),
    conditions: [
      { type: first, ...because },
      { type, ...because },
    ],
    uncountedTerminatedPods: {},
  };
  const name = { namespace: job.metadata.namespace ?? "", name: job.metadata.name };
  await cluster.client.merge(kinds.job, name, { status }, { ...manager, subresource: "status" });
}

/** Creates the pod of a Job. The returned function ends it with a phase and a termination message. */
export async function jobPod(
  { cluster: { client } }: TestPlatform,
  job: Job,
): Promise<(phase: "Succeeded" | "Failed", message?: string, reason?: string) => Promise<void>> {
  const { template } = job.spec ?? {};
  const name = { namespace: job.metadata.namespace ?? "", name: `${job.metadata.name}-pod` };
  const { name: jobName, uid } = job.metadata;
  const owner = { apiVersion: "batch/v1", kind: "Job", name: jobName, uid, controller: true };
  const metadata = { ...name, labels: template?.metadata?.labels ?? {}, ownerReferences: [owner] };
  const pod = { apiVersion: "v1", kind: "Pod", metadata, spec: template?.spec };
  await client.create(kinds.pod, pod as never, manager);
  return async (
    phase,
    message = String(schemaVersion),
    reason = phase === "Succeeded" ? "Completed" : "Error",
  ) => {
    const terminated = { exitCode: phase === "Succeeded" ? 0 : 1, reason, message };
    const container = { name: "migrate", image: "", imageID: "", ready: false, restartCount: 0 };
    const status = { phase, containerStatuses: [{ ...container, state: { terminated } }] };
    await client.merge(kinds.pod, name, { status }, { ...manager, subresource: "status" });
  };
}

async function rollOut({ cluster }: TestPlatform, { metadata, spec, status }: Deployment): Promise<void> {
  const replicas = spec?.replicas ?? 0;
  if (status?.observedGeneration === metadata.generation && status?.availableReplicas === replicas) return;
  const all = { replicas, updatedReplicas: replicas, readyReplicas: replicas, availableReplicas: replicas };
  const name = { namespace: metadata.namespace ?? "", name: metadata.name };
  const patch = { status: { observedGeneration: metadata.generation, ...all } };
  await cluster.client.merge(kinds.deployment, name, patch, { ...manager, subresource: "status" });
}
