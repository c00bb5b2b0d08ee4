import type { TenantNames } from "./names.ts";

/** Where a tenant's secrets are in the KV engine; the runtime can read only what is below `runtime/`. */
export function vaultPaths({ vault }: TenantNames) {
  return {
    credentials: `${vault.path}/operator/credentials`,
    migrator: `${vault.path}/operator/migrator`,
    admin: `${vault.path}/operator/admin`,
    encryption: `${vault.path}/runtime/encryption`,
  };
}
