import type { Kind, KubernetesObject } from "../../kubernetes/objects/kinds.ts";
import { hostClaimKind } from "../model/kinds.ts";
import { applyAll, removeOne, type Subject } from "../step/subject.ts";
import { heldHosts, staleHosts } from "./release-hosts.ts";
import { liveRoutes, routeKind, wantedRoute } from "./routes.ts";

/**
 * Takes from the tenant's routes the hosts that its spec does not name any more. It does not wait for the steps
 * before the endpoint: while one of them is not done, nobody else could have the hosts.
 */
export async function withdrawRoute(subject: Subject): Promise<void> {
  const { plan, world } = subject;
  const stale = staleHosts(world.cluster.indexed(hostClaimKind, "holder", plan.uid), plan.hosts);
  if (stale.length === 0) return;
  for (const route of await liveRoutes(plan.names.namespace, world)) {
    if (!route.hosts.some((host) => stale.includes(host))) continue;
    await narrow(subject, route.kind);
  }
}

/** To the wanted hosts that are the tenant's by now; a route that leads none is no route. */
async function narrow(subject: Subject, kind: Kind): Promise<void> {
  const { plan, world } = subject;
  const held = heldHosts(world.cluster.indexed(hostClaimKind, "holder", plan.uid));
  const hosts = plan.hosts.filter((host) => held.includes(host));
  if (kind === routeKind(plan.settings.route) && hosts.length > 0) {
    await applyAll(subject, kind as Kind<KubernetesObject>, wantedRoute({ ...plan, hosts }));
  } else {
    await removeOne(subject, kind, { namespace: plan.names.namespace, name: "runtime" });
  }
}
