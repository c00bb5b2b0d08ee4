import type { Service } from "../../../kubernetes/objects/kinds.ts";
import type { TenantNames } from "../../model/names/names.ts";
import { componentLabels, componentSelector } from "../labels.ts";

/** The Service of the API only. No route reaches the management port. */
export function service(names: TenantNames): Service {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "runtime", namespace: names.namespace, labels: componentLabels(names, "runtime") },
    spec: {
      type: "ClusterIP",
      selector: componentSelector("runtime"),
      ports: [{ name: "api", port: 443, protocol: "TCP", targetPort: "api" }],
    },
  };
}
