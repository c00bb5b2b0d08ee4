import { fileURLToPath } from "node:url";
import { applyObjects } from "../../kubernetes/apply-objects.ts";
import type { Kubectl } from "../../kubernetes/kubectl.ts";
import { type PortForward, portForward } from "../../kubernetes/port-forward.ts";
import type { RunningCluster } from "../../kubernetes/provider.ts";
import { contentHash } from "../../machine/content-hash.ts";
import type { Progress } from "../../machine/progress.ts";
import { Hopeless, until } from "../../machine/until.ts";
import { configureVault } from "../../vault/configure-vault.ts";
import { initializeVault, unsealVault, type VaultKeys } from "../../vault/unseal-vault.ts";
import { VaultApi } from "../../vault/vault-api.ts";
import { platformNamespace } from "../namespace.ts";
import { observeVault } from "./observe-vault.ts";
import { readSecrets, type Secret, secretObject } from "./secrets.ts";

const keysSecret = "vault-development-keys";
const configurationAnnotation = "dotmac.io/vault-configuration";

/**
 * Initialises, unseals and configures the cluster's Vault. Its unseal key and root token are kept in a Secret beside
 * it, for development only. In production a key service unseals it, and the root token is not kept.
 */
export async function openPlatformVault(
  cluster: RunningCluster,
  kubectl: Kubectl,
  progress: Progress,
): Promise<void> {
  // Opens each container once. A sealed one blocks the update of its StatefulSet, and the updated container is sealed
  // again, as after every start.
  const opened = new Set<string>();
  await until(
    "Vault's pod to be up to date and open",
    async () => {
      const vault = await observeVault(kubectl);
      const configured = await isConfigured(kubectl);
      if (vault.settled && configured) return true;
      const { listening, ready } = vault;
      if (listening === undefined || opened.has(listening) || (ready && configured)) return undefined;
      progress(`opening Vault's container ${listening.slice(-12)}`);
      await openVault(cluster, kubectl);
      opened.add(listening);
      return undefined;
    },
    { seconds: 180, everyMs: 500 },
  );
}

async function openVault(cluster: RunningCluster, kubectl: Kubectl): Promise<void> {
  await using tunnel = await portForward(cluster, {
    namespace: platformNamespace,
    target: "pod/vault-0",
    port: 8200,
  });
  await using vault = vaultBehind(cluster, tunnel);
  const keys = await knownOrNewKeys(kubectl, vault);
  await unsealVault(vault, keys);
  if (await isConfigured(kubectl)) return;
  await using root = vault.as(keys.rootToken);
  await until("Vault to lead", () => isActive(root), { seconds: 60 });
  await configureVault(root, { host: "https://kubernetes.default.svc" });
  await keep(kubectl, keys, { [configurationAnnotation]: configurationHash() });
}

/** Whether Vault has the configuration of this checkout. New keys do not have this mark yet. */
async function isConfigured(kubectl: Kubectl): Promise<boolean> {
  const kept = await keptSecret(kubectl);
  return kept?.annotations?.[configurationAnnotation] === configurationHash();
}

async function keptSecret(kubectl: Kubectl): Promise<Secret | undefined> {
  return (await readSecrets(kubectl)).get(keysSecret);
}

function vaultBehind({ platformCa }: RunningCluster, { port }: PortForward): VaultApi {
  return new VaultApi({
    address: `https://127.0.0.1:${port}`,
    ca: platformCa.certificate,
    serverName: `vault.${platformNamespace}.svc`,
  });
}

async function knownOrNewKeys(kubectl: Kubectl, vault: VaultApi): Promise<VaultKeys> {
  const made = await initializeVault(vault);
  if (made !== undefined) {
    // Before anything else, because without the keys the data are lost.
    await keep(kubectl, made);
    return made;
  }
  const { unsealKey, rootToken } = (await keptSecret(kubectl))?.data ?? {};
  if (!unsealKey || !rootToken) {
    throw new Hopeless(
      `expected the Secret ${platformNamespace}/${keysSecret} with the keys of this initialised Vault, found none: ` +
        "unseal it yourself, or delete the claim data-vault-0 and the pod to start with an empty Vault",
    );
  }
  return { unsealKey, rootToken };
}

async function keep(
  kubectl: Kubectl,
  keys: VaultKeys,
  annotations: Record<string, string> = {},
): Promise<void> {
  const secret = secretObject({
    name: keysSecret,
    labels: { "dotmac.io/development-only": "true" },
    annotations: {
      "dotmac.io/warning":
        "Opens everything in Vault. For development only: never keep these keys in a cluster.",
      ...annotations,
    },
    data: { unsealKey: keys.unsealKey, rootToken: keys.rootToken },
  });
  await applyObjects(kubectl, [JSON.stringify(secret)]);
}

/** A newly unsealed Vault elects itself. Until then it refuses every other request. */
async function isActive(vault: VaultApi): Promise<true | undefined> {
  const { is_self } = await vault.request<{ is_self: boolean }>("GET", "sys/leader");
  return is_self || undefined;
}

/** Changes with the policies and with the code that writes them. */
function configurationHash(): string {
  const root = fileURLToPath(new URL("../../..", import.meta.url));
  return contentHash(root, ["charts/platform/files/vault", "harness/vault/configure-vault.ts"]);
}
