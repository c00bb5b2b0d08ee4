import { Hopeless } from "../cluster/until.ts";
import { type VaultApi, VaultError } from "./vault-api.ts";

/** What opens a Vault. Whoever has both reads and writes everything in it: development and tests only. */
export interface VaultKeys {
  /** Base64. */
  readonly unsealKey: string;
  readonly rootToken: string;
}

/** Initialises a new Vault with a single key; undefined when it has been initialised before. */
export async function initializeVault(vault: VaultApi): Promise<VaultKeys | undefined> {
  const { initialized } = await vault.request<{ initialized: boolean }>("GET", "sys/init");
  if (initialized) return undefined;
  const shares = { secret_shares: 1, secret_threshold: 1 };
  const made = await vault.request<{ keys_base64: [string]; root_token: string }>("PUT", "sys/init", shares);
  return { unsealKey: made.keys_base64[0], rootToken: made.root_token };
}

/**
 * Unseals Vault where it is sealed, as it is after every start.
 * @throws Hopeless when the key is not its key, or is not enough
 */
export async function unsealVault(vault: VaultApi, { unsealKey }: VaultKeys): Promise<void> {
  const status = await vault.request<{ sealed: boolean }>("GET", "sys/seal-status");
  if (!status.sealed) return;
  const unsealing = vault.request<{ sealed: boolean }>("PUT", "sys/unseal", { key: unsealKey });
  const { sealed } = await unsealing.catch((cause) => {
    if (!(cause instanceof VaultError)) throw cause;
    throw new Hopeless(
      `expected the key that was kept to unseal Vault: was it initialised anew? ${cause.message}`,
      { cause },
    );
  });
  if (sealed) throw new Hopeless("expected one key to unseal Vault, and it wants more: unseal it by hand");
}
