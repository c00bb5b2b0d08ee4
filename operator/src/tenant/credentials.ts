/** A key that signs or verifies the runtime's tokens: base64url of 32 bytes. */
export interface SigningKey {
  readonly kid: string;
  readonly secret: string;
}

/** What the runtime logs in with; born in Vault, gone when the tenant is retired. */
export interface Credentials {
  /** The passwords of the two app logins, and which of them the pods use. */
  readonly database: { readonly active: "a" | "b"; readonly a: string; readonly b: string };
  readonly redis: string;
  readonly auth: readonly SigningKey[];
}

/** Two data keys as wrapped by the tenant's transit key: without Vault they open nothing. */
export interface EncryptionKeys {
  readonly dataKey: string;
  readonly indexKey: string;
}

/** The ISP's first administrator, with a password that must be changed at the first login. */
export interface AdminAccount {
  readonly email: string;
  readonly password: string;
  readonly passwordHash: string;
}
