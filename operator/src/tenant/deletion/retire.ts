import { parseDuration } from "../../../../process/duration.ts";
import { NotFound } from "../../kubernetes/client/errors.ts";
import { done, type Outcome, waiting } from "../../kubernetes/loop/outcome.ts";
import { kinds } from "../../kubernetes/objects/kinds.ts";
import { findRecord } from "../database/records.ts";
import { retainRecord } from "../database/retain-record.ts";
import { releaseHosts } from "../hosts/release-hosts.ts";
import { liveRoutes } from "../hosts/routes.ts";
import { namesOf, uidOf } from "../model/blueprint.ts";
import { finalizer, type Tenant, tenantKind } from "../model/kinds.ts";
import type { TenantNames } from "../model/names/names.ts";
import { namespaceTerminating } from "../observed/terminating-namespace.ts";
import { deletingStatus, releasedStatus } from "../status/status.ts";
import { writeStatus } from "../status/write-status.ts";
import type { Resource } from "../step/resource.ts";
import { removeOne } from "../step/subject.ts";
import type { World } from "../step/world.ts";
import { listRetainedOne } from "./retained-tenants.ts";

interface Retirement {
  readonly tenant: Tenant;
  readonly names: TenantNames;
  readonly uid: string;
  readonly world: World;
  readonly changes: string[];
  readonly resources: readonly Resource[];
}

/** One part of a retirement. It returns done, or the reason why it waits. */
type Part = (retirement: Retirement) => Promise<Outcome>;

const defaultGrace = "168h";

/** Time for pods to end before their logins are disabled: a worker takes up to 130 s. */
const patience = 140_000;

const partsOfOwner: readonly Part[] = [revokeCredentials, deleteNamespace, retain, releaseAllHosts];

/**
 * Ends a tenant: stops its pods, revokes all access, deletes its namespace, and records its data as retained. Each part
 * can run twice, so after a crash the next reconcile starts again. The pods stop before PostgreSQL is asked for anything, so
 * that an outage keeps no deleted tenant running.
 */
export async function retire(tenant: Tenant, world: World, resources: readonly Resource[]): Promise<Outcome> {
  if (!tenant.metadata.finalizers?.includes(finalizer)) return tellWhoHolds(tenant, world);
  const retirement = { tenant, names: namesOf(tenant), uid: uidOf(tenant), world, changes: [], resources };
  const stopped = ownsNamespace(tenant) ? await attempt(stopRuntime, retirement) : done;
  if (stopped.kind !== "done") return stopped;
  const outcome = await attemptAll(await partsLeft(retirement), retirement);
  if (outcome.kind !== "done") return outcome;
  await world.cluster.removeFinalizer(tenantKind, tenant, finalizer);
  return tellWhoHolds(tenant, world);
}

/** Reports in the status of a released Tenant which finalizers of others it waits for. */
async function tellWhoHolds({ metadata: { name, uid } }: Tenant, world: World): Promise<Outcome> {
  // The watched copy has only the operator's own finalizers.
  const live = await world.cluster.get(tenantKind, { name });
  const others = live?.metadata.uid === uid ? (live?.metadata.finalizers ?? []) : [];
  if (live === undefined || others.length === 0) return done;
  const outcome = heldByOthers(name, others);
  try {
    await writeStatus(live, releasedStatus(live, outcome, world.clock.now()), world);
  } catch (error) {
    // Gone meanwhile.
    if (error instanceof NotFound) return done;
    throw error;
  }
  return outcome;
}

/** Names at most five finalizers, because the message of a status is bounded. */
function heldByOthers(tenant: string, finalizers: readonly string[]): Outcome {
  const most = 5;
  const more = finalizers.length > most ? ` and ${finalizers.length - most} more` : "";
  return waiting(
    "FinalizersOfOthers",
    `The operator has released everything of the tenant. The Tenant stays until others remove their finalizers: ` +
      `${finalizers.slice(0, most).join(", ")}${more}. See: kubectl get tenant ${tenant} -o jsonpath={.metadata.finalizers}`,
    60_000,
  );
}

/**
 * Whether no other Tenant can have the namespace, as Kubernetes alone tells: its name has the id of this Tenant's uid, or
 * this Tenant had credentials, which only the owner of adopted data gets.
 */
function ownsNamespace({ spec, status }: Tenant): boolean {
  return spec.adoptFrom === undefined || status?.credentials !== undefined;
}

/** False for a Tenant that was refused another tenant's data. Its deletion must not delete the other's logins. */
async function ownsData({ tenant, names, uid, world }: Retirement): Promise<boolean> {
  const record = await findRecord(world.postgres, names.id);
  return record === undefined ? tenant.spec.adoptFrom === undefined : record.uid === uid;
}

/** All parts after the stop of pods in a namespace that is certainly the tenant's. */
async function partsLeft(retirement: Retirement): Promise<readonly Part[]> {
  if (!(await ownsData(retirement))) return [releaseAllHosts];
  return ownsNamespace(retirement.tenant) ? partsOfOwner : [stopRuntime, ...partsOfOwner];
}

/** Runs parts in order until one waits. */
async function attemptAll(parts: readonly Part[], retirement: Retirement): Promise<Outcome> {
  for (const part of parts) {
    retirement.world.signal.throwIfAborted();
    const outcome = await attempt(part, retirement);
    if (outcome.kind !== "done") return outcome;
  }
  return done;
}

/** Runs a part and reports in the status why it waits or has failed. */
async function attempt(part: Part, retirement: Retirement): Promise<Outcome> {
  const { tenant, world } = retirement;
  const show = (outcome: Parameters<typeof deletingStatus>[1]) =>
    writeStatus(tenant, deletingStatus(tenant, outcome, world.clock.now()), world);
  try {
    const outcome = await part(retirement);
    if (outcome.kind !== "done") await show(outcome);
    return outcome;
  } catch (error) {
    await show({ kind: "failed", error });
    throw error;
  }
}

async function stopRuntime(retirement: Retirement): Promise<Outcome> {
  const { names, tenant, world } = retirement;
  for (const { kind } of await liveRoutes(names.namespace, world)) {
    await removeOne(retirement, kind, { namespace: names.namespace, name: "runtime" });
  }
  for (const name of ["runtime", "worker"])
    await removeOne(retirement, kinds.deployment, { namespace: names.namespace, name });
  for (const { metadata } of world.cluster.inNamespace(kinds.job, names.namespace)) {
    await removeOne(retirement, kinds.job, { namespace: names.namespace, name: metadata.name });
  }
  const pods = await world.cluster.scan(kinds.pod, ({ metadata }) => metadata.name, {
    namespace: names.namespace,
    metadataOnly: true,
  });
  const since = Date.parse(tenant.metadata.deletionTimestamp ?? "");
  if (pods.length === 0 || world.clock.now().getTime() - since > patience) return done;
  return waiting("RuntimeStopping", `${pods.length} pods are finishing their requests.`, 5_000);
}

async function revokeCredentials(retirement: Retirement): Promise<Outcome> {
  for (const resource of retirement.resources.toReversed()) await resource.revoke(retirement);
  retirement.changes.push("revoked every credential");
  return done;
}

/** Does not rely on garbage collection, which does nothing when a Tenant is deleted with `--cascade=orphan`. */
async function deleteNamespace({ names, world }: Retirement): Promise<Outcome> {
  const gone = await world.cluster.remove(kinds.namespace, { name: names.namespace }, { certain: true });
  if (gone === "absent") return done;
  const live = await world.cluster.get(kinds.namespace, { name: names.namespace });
  return live === undefined ? done : namespaceTerminating(live, "", world.clock.now());
}

async function retain({ tenant, names, uid, world }: Retirement): Promise<Outcome> {
  const { deletionPolicy, deletionGrace = defaultGrace } = tenant.spec;
  const since = Date.parse(tenant.metadata.deletionTimestamp ?? "");
  const deleteAfter =
    deletionPolicy === "Delete" ? new Date(since + parseDuration(deletionGrace)) : undefined;
  await retainRecord(world.postgres, world.epoch, { id: names.id, uid, deleteAfter });
  await listRetainedOne(names.id, world);
  return done;
}

async function releaseAllHosts({ names, uid, world, changes }: Retirement): Promise<Outcome> {
  return releaseHosts({ blueprint: { names, uid }, world, changes }, []);
}
