import type { HttpRoute } from "../../../kubernetes/objects/kinds.ts";
import type { Blueprint } from "../../model/blueprint.ts";
import type { RouteSettings } from "../../model/settings.ts";
import { componentLabels } from "../labels.ts";

/** Routes only the tenant's hosts to its runtime, through a Gateway. */
export function httpRoute(
  { names, hosts }: Blueprint,
  route: RouteSettings & { kind: "HTTPRoute" },
): HttpRoute {
  return {
    apiVersion: "gateway.networking.k8s.io/v1",
    kind: "HTTPRoute",
    metadata: {
      name: "runtime",
      namespace: names.namespace,
      labels: componentLabels(names, "runtime"),
      annotations: { ...route.annotations },
    },
    spec: {
      parentRefs: [
        {
          group: "gateway.networking.k8s.io",
          kind: "Gateway",
          namespace: route.gatewayRef.namespace,
          name: route.gatewayRef.name,
        },
      ],
      hostnames: [...hosts],
      rules: [
        {
          matches: [{ path: { type: "PathPrefix", value: "/" } }],
          backendRefs: [{ group: "", kind: "Service", name: "runtime", port: 443, weight: 1 }],
        },
      ],
    },
  };
}
