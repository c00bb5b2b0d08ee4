import type { Vault } from "../../../clients/vault/vault.ts";
import type { SettledTenant } from "../../step/resource.ts";

/** The tenants without any secret in Vault. */
export async function lostSecrets(
  tenants: readonly SettledTenant[],
  vault: Pick<Vault, "listSecrets">,
): Promise<SettledTenant[]> {
  const known = new Set(await vault.listSecrets(""));
  return tenants.filter(({ blueprint }) => !known.has(`${blueprint.names.vault.path}/`));
}
