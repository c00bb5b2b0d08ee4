import type { ServiceAccount } from "../../../kubernetes/objects/kinds.ts";
import type { TenantNames } from "../../model/names/names.ts";
import { tenantLabels } from "../labels.ts";

/** An account without any Kubernetes right. Pods get its token only where they request it. */
export function serviceAccount(names: TenantNames, name: "runtime" | "migrator"): ServiceAccount {
  return {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: { name, namespace: names.namespace, labels: tenantLabels(names) },
    automountServiceAccountToken: false,
  };
}
