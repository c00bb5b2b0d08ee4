/** A key that signs or verifies the runtime's tokens: base64url of 32 bytes. */
export interface SigningKey {
  readonly kid: string;
  readonly secret: string;
}

/** A tenant's two app logins. */
export const loginLetters = ["a", "b"] as const;
export type LoginLetter = (typeof loginLetters)[number];

/** The runtime's passwords and keys. They are created in Vault and deleted when the tenant is retired. */
export interface Credentials {
  /** The passwords of the two app logins, and which of them the pods are given. */
  readonly database: { readonly active: LoginLetter; readonly a: string; readonly b: string };
  /** The Redis password that the pods are given. */
  readonly redis: string;
  readonly auth: readonly SigningKey[];
  /** When and why the credentials in use were made. */
  readonly made: Making;
  /** Only while they are being replaced. */
  readonly rotation?: Rotation;
}

/** When credentials were made, and why. */
export interface Making {
  /** RFC 3339. */
  readonly at: string;
  /** The text of the annotation that this has answered; absent when there was none. */
  readonly request?: string;
}

/** Replacing a tenant's credentials, which takes many reconciles: all that must be known of it between them. */
export interface Rotation {
  /** The `made` of the new credentials, once they are in use. */
  readonly making: Making;
  readonly stage: RotationStage;
  /** When the stage began, RFC 3339. */
  readonly since: string;
  /** A Redis password that works beside the other: first the next one, then the one before. */
  readonly otherRedis?: string;
}

/**
 * In this order. `admitting`: servers take the new passwords too. `switching`: pods are given them, and a signing
 * key to verify by. `signing`: the old passwords are refused, pods sign by the new key. `expiring`: tokens signed
 * by the old key run out. `forgetting`: pods are no longer given the old key.
 */
export type RotationStage = (typeof rotationStages)[number];
export const rotationStages = ["admitting", "switching", "signing", "expiring", "forgetting"] as const;

/** The ISP's first administrator, with a password that must be changed at the first login. */
export interface AdminAccount {
  readonly email: string;
  readonly password: string;
  readonly passwordHash: string;
}
