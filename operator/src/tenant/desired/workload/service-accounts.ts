import type { ServiceAccount } from "../../../kubernetes/objects/kinds.ts";
import type { TenantNames } from "../../model/names.ts";
import { tenantLabels } from "../labels.ts";

/** An account without any Kubernetes right; pods get its token only where they ask for it. */
export function serviceAccount(names: TenantNames, name: "runtime" | "migrator"): ServiceAccount {
  return {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: { name, namespace: names.namespace, labels: tenantLabels(names) },
    automountServiceAccountToken: false,
  };
}
