import { randomUUID } from "node:crypto";
import { type TenantNames, tenantId, tenantNames } from "../../model/names/names.ts";

/** Names of a tenant that no other test uses, because roles belong to the whole server. */
export function freshNames(tenant: string): { names: TenantNames; uid: string } {
  const uid = randomUUID();
  return { names: tenantNames(tenant, tenantId(uid)), uid };
}
