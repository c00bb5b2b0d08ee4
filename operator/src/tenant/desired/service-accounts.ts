import type { ServiceAccount } from "../../controller/kinds.ts";
import type { TenantNames } from "../names.ts";
import { tenantLabels } from "./labels.ts";

/** An account without any Kubernetes right; pods get its token only where they ask for it. */
export function serviceAccount(names: TenantNames, name: "runtime" | "migrator"): ServiceAccount {
  return {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: { name, namespace: names.namespace, labels: tenantLabels(names) },
    automountServiceAccountToken: false,
  };
}
