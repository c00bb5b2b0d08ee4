import { NotFound } from "../../kubernetes/client/errors.ts";
import { defineKind, type Kind, type KubernetesObject, kinds } from "../../kubernetes/objects/kinds.ts";
import { networkPolicyNames } from "../desired/isolation/network-policies.ts";
import { namesOf } from "../model/blueprint.ts";
import type { Tenant } from "../model/kinds.ts";
import type { World } from "../step/world.ts";

type Metadata = KubernetesObject["metadata"];

/** Objects that can own others, by `<namespace>/<apiVersion>/<kind>/<name>`. */
type Owners = Map<string, { readonly uid: string | undefined; readonly belongs: boolean }>;

/**
 * A kind of objects that can open a tenant's namespace or run in it, with the rule that decides which of them
 * belong there.
 */
interface Guarded {
  readonly kind: Kind;
  readonly belongs: (metadata: Metadata, owners: Owners) => boolean;
  /** Whether it can own objects of other kinds. */
  readonly isOwner?: boolean;
}

const nothing = () => false;
const named =
  (...names: readonly string[]): Guarded["belongs"] =>
  ({ name }) =>
    names.includes(name);
/** Owned by a controller with such a name. Kubernetes deletes objects whose owner does not exist. */
const madeFor =
  (...owner: readonly RegExp[]): Guarded["belongs"] =>
  ({ namespace, ownerReferences = [] }, owners) =>
    ownerReferences.some(({ apiVersion, kind, name, uid, controller }) => {
      const found = owners.get(`${namespace}/${apiVersion}/${kind}/${name}`);
      const isNamed = owner.some((pattern) => pattern.test(`${apiVersion}/${kind}/${name}`));
      return controller === true && isNamed && (found === undefined || (found.belongs && found.uid === uid));
    });
const namespaced = (apiVersion: string, kind: string, plural: string) =>
  defineKind(apiVersion, kind, plural, "namespaced");

const madeForService = madeFor(/^v1\/Service\/runtime$/);
/** Kubernetes' own controller overwrites a slice with its label, so this label can be trusted. */
const sliceBelongs: Guarded["belongs"] = (metadata, owners) =>
  metadata.labels?.["endpointslice.kubernetes.io/managed-by"] === "endpointslice-controller.k8s.io" &&
  madeForService(metadata, owners);

/**
 * Objects belong by their name, or by the uid of an owner that belongs. The author of an object chooses its labels and
 * its owner reference. With the right uid, the author hands the object to the owner's controller, which counts it and
 * deletes or releases it if it differs. Owners precede the objects that they own.
 */
const guarded: readonly Guarded[] = [
  { kind: kinds.networkPolicy, belongs: named(...networkPolicyNames) },
  { kind: kinds.roleBinding, belongs: nothing },
  { kind: namespaced("rbac.authorization.k8s.io/v1", "Role", "roles"), belongs: nothing },
  { kind: kinds.serviceAccount, belongs: named("runtime", "migrator", "default") },
  { kind: kinds.resourceQuota, belongs: named("tenant") },
  { kind: kinds.limitRange, belongs: named("tenant") },
  { kind: kinds.podDisruptionBudget, belongs: named("runtime", "worker") },
  { kind: kinds.service, belongs: named("runtime"), isOwner: true },
  { kind: namespaced("discovery.k8s.io/v1", "EndpointSlice", "endpointslices"), belongs: sliceBelongs },
  { kind: kinds.ingress, belongs: named("runtime") },
  { kind: kinds.httpRoute, belongs: named("runtime") },
  { kind: kinds.deployment, belongs: named("runtime", "worker"), isOwner: true },
  { kind: kinds.horizontalPodAutoscaler, belongs: named("runtime") },
  {
    kind: namespaced("apps/v1", "ReplicaSet", "replicasets"),
    belongs: madeFor(/^apps\/v1\/Deployment\/(runtime|worker)$/),
    isOwner: true,
  },
  { kind: namespaced("apps/v1", "StatefulSet", "statefulsets"), belongs: nothing },
  { kind: namespaced("apps/v1", "DaemonSet", "daemonsets"), belongs: nothing },
  { kind: namespaced("v1", "ReplicationController", "replicationcontrollers"), belongs: nothing },
  { kind: kinds.job, belongs: ({ name }) => /^migrate-[0-9a-f]{10}$/.test(name), isOwner: true },
  { kind: namespaced("batch/v1", "CronJob", "cronjobs"), belongs: nothing },
  {
    kind: kinds.pod,
    belongs: madeFor(
      /^apps\/v1\/ReplicaSet\/(runtime|worker)-[^/]+$/,
      /^batch\/v1\/Job\/migrate-[0-9a-f]{10}$/,
    ),
  },
] as readonly Guarded[];

/** Limit of reported objects of one kind, in all tenants' namespaces together. */
const mostOfKind = 100;

/**
 * Reports objects in tenants' namespaces that the operator has not created. Admission policies refuse them, so these
 * existed before or came while the policies were off. It does not cover Secrets, because the operator may not list
 * unknown ones, nor ConfigMaps, because distributions of Kubernetes add some.
 */
export async function reportForeignObjects(
  tenants: readonly Tenant[],
  { cluster, events }: Pick<World, "cluster" | "events">,
): Promise<void> {
  for (const { regarding, kind, name } of await foreignObjects(tenants, cluster)) {
    events.publish({
      regarding,
      type: "Warning",
      reason: "ForeignObject",
      action: "Sweep",
      note:
        `Expected only objects of the operator in ${namesOf(regarding).namespace}, found the ${kind.kind} ${name}: ` +
        "find out which user or program created it, and delete it.",
    });
  }
}

interface Foreign {
  readonly regarding: Tenant;
  readonly kind: Kind;
  readonly name: string;
}

async function foreignObjects(tenants: readonly Tenant[], cluster: World["cluster"]): Promise<Foreign[]> {
  const tenantOf = new Map(tenants.map((tenant) => [namesOf(tenant).namespace, tenant]));
  const owners: Owners = new Map();
  const found: Foreign[] = [];
  for (const { kind, belongs, isOwner } of guarded) {
    const pick = ({ metadata }: KubernetesObject) => {
      const { namespace = "", name, uid } = metadata;
      const regarding = tenantOf.get(namespace);
      if (regarding === undefined) return undefined;
      const isOurs = belongs(metadata, owners);
      if (isOwner)
        owners.set(`${namespace}/${kind.apiVersion}/${kind.kind}/${name}`, { uid, belongs: isOurs });
      return isOurs ? undefined : { regarding, kind, name };
    };
    found.push(...(await scanServed(cluster, kind, pick)));
  }
  return found;
}

/** Reads only their metadata, page by page, because foreign objects may be large and many. */
async function scanServed<Kept>(
  cluster: World["cluster"],
  kind: Kind,
  pick: (object: KubernetesObject) => Kept | undefined,
): Promise<readonly Kept[]> {
  try {
    return await cluster.scan(kind, pick, { metadataOnly: true, most: mostOfKind });
  } catch (error) {
    // The Gateway API is an add-on.
    if (error instanceof NotFound) return [];
    throw error;
  }
}
