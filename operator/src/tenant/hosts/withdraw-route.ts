import type { Kind, KubernetesObject } from "../../kubernetes/objects/kinds.ts";
import { hostClaimKind } from "../model/kinds.ts";
import { applyAll, removeOne, type Subject } from "../step/subject.ts";
import { heldHosts, staleHosts } from "./release-hosts.ts";
import { desiredRoute, liveRoutes, routeKind } from "./routes.ts";

/**
 * Removes the hosts that the tenant's spec no longer names from the tenant's routes. It does not wait for the steps
 * before the endpoint, because other tenants could not get the hosts until those are done.
 */
export async function withdrawRoute(subject: Subject): Promise<void> {
  const { blueprint, world } = subject;
  const stale = staleHosts(world.cluster.indexed(hostClaimKind, "holder", blueprint.uid), blueprint.hosts);
  if (stale.length === 0) return;
  for (const route of await liveRoutes(blueprint.names.namespace, world)) {
    if (!route.hosts.some((host) => stale.includes(host))) continue;
    await narrow(subject, route.kind);
  }
}

/** Reduces the route to the desired hosts that the tenant has claimed. Deletes a route without hosts. */
async function narrow(subject: Subject, kind: Kind): Promise<void> {
  const { blueprint, world } = subject;
  const held = heldHosts(world.cluster.indexed(hostClaimKind, "holder", blueprint.uid));
  const hosts = blueprint.hosts.filter((host) => held.includes(host));
  if (kind === routeKind(blueprint.settings.route) && hosts.length > 0) {
    await applyAll(subject, kind as Kind<KubernetesObject>, desiredRoute({ ...blueprint, hosts }));
  } else {
    await removeOne(subject, kind, { namespace: blueprint.names.namespace, name: "runtime" });
  }
}
