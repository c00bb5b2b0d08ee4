import { objectNames } from "../../../../../contract/object-names.ts";
import type { Ingress } from "../../../kubernetes/objects/kinds.ts";
import type { Blueprint } from "../../model/blueprint.ts";
import type { RouteSettings } from "../../model/settings.ts";
import { componentLabels } from "../labels.ts";

/** Routes only the tenant's hosts to its runtime. */
export function ingress({ names, hosts }: Blueprint, route: RouteSettings & { kind: "Ingress" }): Ingress {
  const backend = { service: { name: "runtime", port: { name: "api" } } };
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: {
      name: "runtime",
      namespace: names.namespace,
      labels: componentLabels(names, "runtime"),
      annotations: { ...route.annotations },
    },
    spec: {
      ingressClassName: route.className,
      tls: [{ hosts: [...hosts], secretName: objectNames.gatewayTls }],
      rules: hosts.map((host) => ({ host, http: { paths: [{ path: "/", pathType: "Prefix", backend }] } })),
    },
  };
}
