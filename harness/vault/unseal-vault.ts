import { Hopeless } from "../machine/until.ts";
import { type VaultApi, VaultError } from "./vault-api.ts";

/** The keys of a Vault. With both, anyone can read and write everything in it: development and tests only. */
export interface VaultKeys {
  /** Base64. */
  readonly unsealKey: string;
  readonly rootToken: string;
}

/** Initialises a new Vault with a single key. Returns undefined if it was initialised before. */
export async function initializeVault(vault: VaultApi): Promise<VaultKeys | undefined> {
  const { initialized } = await vault.request<{ initialized: boolean }>("GET", "sys/init");
  if (initialized) return undefined;
  const shares = { secret_shares: 1, secret_threshold: 1 };
  const made = await vault.request<{ keys_base64: [string]; root_token: string }>("PUT", "sys/init", shares);
  return { unsealKey: made.keys_base64[0], rootToken: made.root_token };
}

/**
 * Unseals Vault if it is sealed, as after every start.
 * @throws Hopeless when the key is wrong or not enough; VaultError when Vault cannot be unsealed now
 */
export async function unsealVault(vault: VaultApi, { unsealKey }: VaultKeys): Promise<void> {
  const status = await vault.request<{ sealed: boolean }>("GET", "sys/seal-status");
  if (!status.sealed) return;
  const unsealing = vault.request<{ sealed: boolean }>("PUT", "sys/unseal", { key: unsealKey });
  const { sealed } = await unsealing.catch((error: unknown) => {
    throw refusedKey(error) ?? error;
  });
  if (sealed) throw new Hopeless("expected one key to unseal Vault, but it needs more: unseal it by hand");
}

/** Vault and OpenBao answer every failed unsealing with 400. Only the message shows the reason. */
function refusedKey(error: unknown): Hopeless | undefined {
  if (!(error instanceof VaultError) || error.status !== 400) return undefined;
  const found = whatIsWrong.find(({ words }) => words.test(error.message));
  return found && new Hopeless(`${found.advice} ${error.message}`, { cause: error });
}

const whatIsWrong = [
  {
    words: /message authentication failed/,
    advice:
      "expected the stored key to be that of this Vault, found another Vault's: was Vault initialised again?",
  },
  {
    words: /invalid key|must be a valid hex or base64 string|must be specified/,
    advice: "expected the stored key to be 32 bytes as base64, as Vault returns it: replace it.",
  },
];
