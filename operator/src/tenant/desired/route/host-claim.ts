import type { HostClaim } from "../../model/kinds.ts";
import type { TenantNames } from "../../model/names/names.ts";
import { tenantLabels } from "../labels.ts";

/** Claims `host` for the tenant. Names are unique in a cluster, so the API server decides between two claimants. */
export function hostClaim(names: TenantNames, uid: string, host: string): HostClaim {
  return {
    apiVersion: "dotmac.io/v1alpha1",
    kind: "HostClaim",
    metadata: { name: host, labels: tenantLabels(names) },
    spec: { tenantRef: { name: names.tenant, uid } },
  };
}
