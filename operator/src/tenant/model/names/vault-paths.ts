import type { TenantNames } from "./names.ts";

/** The paths of a tenant's secrets in the KV engine. The runtime can read only those below `runtime/`. */
export function vaultPaths({ vault }: TenantNames) {
  return {
    credentials: `${vault.path}/operator/credentials`,
    migrator: `${vault.path}/operator/migrator`,
    admin: `${vault.path}/operator/admin`,
    encryption: `${vault.path}/runtime/encryption`,
  };
}
