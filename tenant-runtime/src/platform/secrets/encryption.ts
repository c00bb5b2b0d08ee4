import { hkdfSync } from "node:crypto";
import type { EncryptionKeys } from "../../../../contract/secret-files.ts";
import { createSealer } from "./encryption-sealer.ts";
import type { Sealer } from "./sealer.ts";
import { createSearchIndex, type SearchIndex } from "./search-index.ts";
import type { Vault } from "./vault.ts";

/** Seals personal data and finds it again by keyed hashes. */
export interface Encryption extends Sealer {
  readonly index: SearchIndex;
}

/** Unwraps the tenant's keys, once. Throws KEYS_UNAVAILABLE if Vault does not return them. */
export async function openEncryption(source: { vault: Vault; keys: EncryptionKeys }): Promise<Encryption> {
  const { vault, keys } = source;
  const current = keys.dataKeyId ?? 1;
  const wrapped = [...(keys.retiredDataKeys ?? []), { id: current, dataKey: keys.dataKey }];
  const ring = await Promise.all(
    wrapped.map(async ({ id, dataKey }) => [id, columnKey(await unwrap(vault, "dataKey", dataKey))] as const),
  );
  const sealer = createSealer({ current, keys: new Map(ring) });
  return { ...sealer, index: createSearchIndex(await unwrap(vault, "indexKey", keys.indexKey)) };
}

async function unwrap(vault: Vault, name: string, ciphertext: string): Promise<Buffer> {
  const key = await vault.unwrap(ciphertext);
  if (key.length === 32) return key;
  throw new Error(`encryption.json: ${name} holds ${key.length} bytes, expected 32`);
}

/** The data key is never used directly, so that another use can be added with a separate key. */
function columnKey(dataKey: Buffer): Buffer {
  return Buffer.from(hkdfSync("sha256", dataKey, "", "dotmac column encryption v1", 32));
}
