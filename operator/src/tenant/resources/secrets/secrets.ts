import { kinds } from "../../../kubernetes/objects/kinds.ts";
import type { AddedLogin } from "../../model/names/rotated-login.ts";
import { vaultPaths } from "../../model/names/vault-paths.ts";
import type { Resource } from "../../step/resource.ts";
import { removeOne } from "../../step/subject.ts";
import { ensureSecrets } from "./ensure.ts";
import { lostSecrets } from "./lost-secrets.ts";

/**
 * The tenant's passwords and keys in Vault, and the Secrets with copies of them.
 * @param added logins of other resources
 */
export function createSecrets(added: readonly AddedLogin[]): Resource {
  return {
    condition: "SecretsReady",
    ensure: (subject) => ensureSecrets(subject, added),
    drifted: (tenants, { vault }) => [{ part: "Vault", drifted: lostSecrets(tenants, vault) }],
    async revoke(retired) {
      const { names, world } = retired;
      const { credentials, migrator } = vaultPaths(names);
      for (const path of [credentials, migrator]) await world.vault.destroySecret(path);
      const { adminNamespace } = world.settings;
      await removeOne(retired, kinds.secret, { namespace: adminNamespace, name: names.tenant });
    },
    async destroy(names, { vault }) {
      for (const path of Object.values(vaultPaths(names))) await vault.destroySecret(path);
      await vault.destroyTransitKey(names.vault.transitKey);
    },
  };
}
