import type { Namespace } from "../../../kubernetes/objects/kinds.ts";
import type { TenantNames } from "../../model/names.ts";
import { tenantLabels } from "../labels.ts";

/** The tenant's namespace: only pods of the strictest Pod Security level get in. */
export function namespace(names: TenantNames): Namespace {
  return {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: {
      name: names.namespace,
      labels: {
        ...tenantLabels(names),
        "dotmac.io/tenant-id": names.id,
        "pod-security.kubernetes.io/enforce": "restricted",
        "pod-security.kubernetes.io/audit": "restricted",
        "pod-security.kubernetes.io/warn": "restricted",
      },
    },
  };
}
