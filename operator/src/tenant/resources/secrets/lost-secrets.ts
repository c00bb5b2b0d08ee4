import type { Vault } from "../../../clients/vault/vault.ts";
import type { SettledTenant } from "../../step/resource.ts";

/** The tenants of which Vault has nothing. */
export async function lostSecrets(
  tenants: readonly SettledTenant[],
  vault: Pick<Vault, "listSecrets">,
): Promise<SettledTenant[]> {
  const known = new Set(await vault.listSecrets(""));
  return tenants.filter(({ plan }) => !known.has(`${plan.names.vault.path}/`));
}
