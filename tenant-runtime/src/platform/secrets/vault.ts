/** Decrypts keys that this tenant's transit key has wrapped. */
export interface Vault {
  /** The plaintext of `vault:v1:…`; throws KEYS_UNAVAILABLE when Vault cannot be reached or refuses. */
  unwrap(ciphertext: string): Promise<Buffer>;
}
