import { NotFound } from "../clients/kubernetes/errors.ts";
import { defineKind, type Kind, type KubernetesObject, kinds } from "../controller/kinds.ts";
import { namesOf } from "./blueprint.ts";
import { networkPolicyNames } from "./desired/network-policies.ts";
import type { Tenant } from "./kinds.ts";
import type { World } from "./world.ts";

/** What opens a tenant's namespace, leads out of it or into it, or runs in it, and which of it belongs there. */
interface Guarded {
  readonly kind: Kind;
  readonly belongs: (metadata: KubernetesObject["metadata"]) => boolean;
}

const nothing = () => false;
const named =
  (...names: readonly string[]): Guarded["belongs"] =>
  ({ name }) =>
    names.includes(name);
const madeBy =
  (...controllers: readonly string[]): Guarded["belongs"] =>
  ({ ownerReferences }) =>
    ownerReferences?.some(({ kind, name, controller }) => {
      return controller === true && controllers.some((prefix) => `${kind}/${name}`.startsWith(prefix));
    }) ?? false;
const namespaced = (apiVersion: string, kind: string, plural: string) =>
  defineKind(apiVersion, kind, plural, "namespaced");

/** By name and owner, never by a label: whoever makes an object chooses its labels. */
const guarded: readonly Guarded[] = [
  { kind: kinds.networkPolicy, belongs: named(...networkPolicyNames) },
  { kind: kinds.roleBinding, belongs: nothing },
  { kind: namespaced("rbac.authorization.k8s.io/v1", "Role", "roles"), belongs: nothing },
  { kind: kinds.serviceAccount, belongs: named("runtime", "migrator", "default") },
  { kind: kinds.service, belongs: named("runtime") },
  {
    kind: namespaced("discovery.k8s.io/v1", "EndpointSlice", "endpointslices"),
    belongs: madeBy("Service/runtime"),
  },
  { kind: kinds.ingress, belongs: named("runtime") },
  { kind: kinds.httpRoute, belongs: named("runtime") },
  { kind: kinds.deployment, belongs: named("runtime") },
  { kind: namespaced("apps/v1", "ReplicaSet", "replicasets"), belongs: madeBy("Deployment/runtime") },
  { kind: namespaced("apps/v1", "StatefulSet", "statefulsets"), belongs: nothing },
  { kind: namespaced("apps/v1", "DaemonSet", "daemonsets"), belongs: nothing },
  { kind: namespaced("v1", "ReplicationController", "replicationcontrollers"), belongs: nothing },
  { kind: kinds.job, belongs: ({ name }) => /^migrate-[0-9a-f]{10}$/.test(name) },
  { kind: namespaced("batch/v1", "CronJob", "cronjobs"), belongs: nothing },
  { kind: kinds.pod, belongs: madeBy("ReplicaSet/runtime-", "Job/migrate-") },
] as readonly Guarded[];

/** Objects of one kind that are told of at once, in all tenants' namespaces together. */
const mostOfKind = 100;

/**
 * Tells of objects in tenants' namespaces that the operator has not made. Admission policies refuse
 * them; these were there before, or came while the policies were off. Secrets are not among them: the operator may
 * not list those that it does not know.
 */
export async function reportForeignObjects(
  tenants: readonly Tenant[],
  { cluster, events }: Pick<World, "cluster" | "events">,
): Promise<void> {
  const owners = new Map(tenants.map((tenant) => [namesOf(tenant).namespace, tenant]));
  for (const { kind, belongs } of guarded) {
    const pick = ({ metadata }: KubernetesObject) => {
      const regarding = owners.get(metadata.namespace ?? "");
      return regarding && !belongs(metadata) ? { regarding, name: metadata.name } : undefined;
    };
    for (const { regarding, name } of await scanServed(cluster, kind, pick)) {
      events.publish({
        regarding,
        type: "Warning",
        reason: "ForeignObject",
        action: "Sweep",
        note:
          `Expected only objects of the operator in ${namesOf(regarding).namespace}, found the ${kind.kind} ${name}: ` +
          "find out who made it and delete it.",
      });
    }
  }
}

/** Only their metadata, page by page: what others made may be large and many. */
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
