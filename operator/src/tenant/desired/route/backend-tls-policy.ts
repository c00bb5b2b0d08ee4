import { objectNames } from "../../../../../contract/object-names.ts";
import type { Blueprint } from "../../model/blueprint.ts";
import type { BackendTlsPolicy } from "../../model/kinds.ts";
import { componentLabels } from "../labels.ts";

/** Makes a Gateway use TLS to the runtime and verify its name. An Ingress has annotations for this. */
export function backendTlsPolicy({ names }: Blueprint): BackendTlsPolicy {
  return {
    apiVersion: "gateway.networking.k8s.io/v1",
    kind: "BackendTLSPolicy",
    metadata: { name: "runtime", namespace: names.namespace, labels: componentLabels(names, "runtime") },
    spec: {
      targetRefs: [{ group: "", kind: "Service", name: "runtime" }],
      validation: {
        hostname: `runtime.${names.namespace}.svc.cluster.local`,
        caCertificateRefs: [{ group: "", kind: "ConfigMap", name: objectNames.platformCa }],
      },
    },
  };
}
