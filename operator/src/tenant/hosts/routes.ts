import { type HttpRoute, type Ingress, type Kind, kinds } from "../../kubernetes/objects/kinds.ts";
import { httpRoute } from "../desired/route/http-route.ts";
import { ingress } from "../desired/route/ingress.ts";
import type { Blueprint } from "../model/blueprint.ts";
import type { RouteSettings } from "../model/settings.ts";
import type { World } from "../step/world.ts";

/** A route of a tenant, from the API server. */
export interface LiveRoute {
  readonly kind: Kind;
  readonly hosts: readonly string[];
  /** Whether every reporting gateway has seen its newest version. Gateways that do not report count as up to date. */
  readonly isObserved: boolean;
}

/** The kind of route in the platform's settings. */
export function routeKind({ kind }: RouteSettings): Kind<Ingress> | Kind<HttpRoute> {
  return kind === "Ingress" ? kinds.ingress : kinds.httpRoute;
}

/** The route of the plan's hosts to the tenant. */
export function desiredRoute(blueprint: Blueprint): Ingress | HttpRoute {
  const { route } = blueprint.settings;
  return route.kind === "Ingress" ? ingress(blueprint, route) : httpRoute(blueprint, route);
}

/** The tenant's routes of both kinds, because one may be left from a platform that used the other kind. */
export async function liveRoutes(
  namespace: string,
  { cluster }: Pick<World, "cluster">,
): Promise<LiveRoute[]> {
  const name = { namespace, name: "runtime" };
  const [byIngress, byGateway] = await Promise.all([
    cluster.get(kinds.ingress, name),
    cluster.get(kinds.httpRoute, name),
  ]);
  return [
    ...(byIngress ? [{ kind: kinds.ingress, hosts: ingressHosts(byIngress), isObserved: true }] : []),
    ...(byGateway
      ? [{ kind: kinds.httpRoute, hosts: gatewayHosts(byGateway), isObserved: isObserved(byGateway) }]
      : []),
  ];
}

function ingressHosts({ spec }: Ingress): string[] {
  return (spec?.rules ?? []).flatMap(({ host }) => host ?? []);
}

function gatewayHosts({ spec }: HttpRoute): string[] {
  return Array.isArray(spec.hostnames) ? spec.hostnames.map(String) : [];
}

interface ParentStatus {
  readonly conditions?: readonly { readonly observedGeneration?: number }[];
}

/** Reads the `observedGeneration` of its parents' conditions (gateway.networking.k8s.io/v1, RouteParentStatus). */
function isObserved({ metadata, status }: HttpRoute): boolean {
  const parents = (status?.parents ?? []) as readonly ParentStatus[];
  return parents.every(({ conditions = [] }) =>
    conditions.every(({ observedGeneration = 0 }) => observedGeneration >= (metadata.generation ?? 0)),
  );
}
