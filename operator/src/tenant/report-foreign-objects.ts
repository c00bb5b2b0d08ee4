import { type Kind, type KubernetesObject, kinds } from "../controller/kinds.ts";
import { namesOf } from "./blueprint.ts";
import type { Tenant } from "./kinds.ts";
import type { World } from "./world.ts";

/** What opens a tenant's namespace or runs in it, and is therefore nobody's to add. */
const guarded = [kinds.networkPolicy, kinds.roleBinding, kinds.pod] as readonly Kind[];

/**
 * Tells of objects in tenants' namespaces that the operator has not made. Admission policies refuse
 * them; these were there before, or came while the policies were off.
 */
export async function reportForeignObjects(
  tenants: readonly Tenant[],
  { cluster, events }: Pick<World, "cluster" | "events">,
): Promise<void> {
  const owners = new Map(tenants.map((tenant) => [namesOf(tenant).namespace, tenant]));
  for (const kind of guarded) {
    for (const { metadata } of await foreign(kind, cluster)) {
      const tenant = owners.get(metadata.namespace ?? "");
      if (tenant === undefined) continue;
      events.publish({
        regarding: tenant,
        type: "Warning",
        reason: "ForeignObject",
        action: "Sweep",
        note:
          `Expected only objects of the operator in ${metadata.namespace}, found the ${kind.kind} ${metadata.name}: ` +
          "find out who made it and delete it.",
      });
    }
  }
}

function foreign(kind: Kind, cluster: World["cluster"]): Promise<readonly KubernetesObject[]> {
  return cluster.list(kind, { labelSelector: "app.kubernetes.io/managed-by!=dotmac-operator" });
}
