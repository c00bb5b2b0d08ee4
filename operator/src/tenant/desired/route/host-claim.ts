import type { HostClaim } from "../../model/kinds.ts";
import type { TenantNames } from "../../model/names.ts";
import { tenantLabels } from "../labels.ts";

/** Gives `host` to the tenant; names being unique in a cluster, the API server decides between two. */
export function hostClaim(names: TenantNames, uid: string, host: string): HostClaim {
  return {
    apiVersion: "dotmac.io/v1alpha1",
    kind: "HostClaim",
    metadata: { name: host, labels: tenantLabels(names) },
    spec: { tenantRef: { name: names.tenant, uid } },
  };
}
