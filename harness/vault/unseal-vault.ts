import { Hopeless } from "../machine/until.ts";
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
 * @throws Hopeless when the key is not its key, or is not enough; VaultError when Vault cannot be unsealed now
 */
export async function unsealVault(vault: VaultApi, { unsealKey }: VaultKeys): Promise<void> {
  const status = await vault.request<{ sealed: boolean }>("GET", "sys/seal-status");
  if (!status.sealed) return;
  const unsealing = vault.request<{ sealed: boolean }>("PUT", "sys/unseal", { key: unsealKey });
  const { sealed } = await unsealing.catch((error: unknown) => {
    throw refusedKey(error) ?? error;
  });
  if (sealed) throw new Hopeless("expected one key to unseal Vault, and it wants more: unseal it by hand");
}

/** Vault and OpenBao answer 400 to whatever is wrong with an unsealing; only their words tell what it is. */
function refusedKey(error: unknown): Hopeless | undefined {
  if (!(error instanceof VaultError) || error.status !== 400) return undefined;
  const found = whatIsWrong.find(({ words }) => words.test(error.message));
  return found && new Hopeless(`${found.advice} ${error.message}`, { cause: error });
}

const whatIsWrong = [
  {
    words: /message authentication failed/,
    advice:
      "expected the key that was kept to be this Vault's, and it is another's: was Vault initialised anew?",
  },
  {
    words: /invalid key|must be a valid hex or base64 string|must be specified/,
    advice: "expected the key that was kept to be 32 bytes as base64, as Vault gives it: write it anew.",
  },
];
