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
  /** The passwords of the two app logins, and the login that the pods get. */
  readonly database: { readonly active: LoginLetter; readonly a: string; readonly b: string };
  /** The Redis password that the pods get. */
  readonly redis: string;
  readonly auth: readonly SigningKey[];
  /** The time and the reason of the current credentials' creation. */
  readonly made: Making;
  /** Present only during their rotation. */
  readonly rotation?: Rotation;
}

/** The time and the reason of a creation of credentials. */
export interface Making {
  /** RFC 3339. */
  readonly at: string;
  /** The text of the annotation that requested them; absent without a request. */
  readonly request?: string;
}

/** The state of a rotation of a tenant's credentials, which takes many reconciles. */
export interface Rotation {
  /** The `made` of the new credentials, once they are in use. */
  readonly making: Making;
  readonly stage: RotationStage;
  /** When the stage began, RFC 3339. */
  readonly since: string;
  /** A second valid Redis password: first the next one, then the previous one. */
  readonly otherRedis?: string;
}

/**
 * The stages in order. `admitting`: servers also accept the new passwords. `switching`: pods get the new passwords, and
 * a signing key to verify with. `signing`: the old passwords are refused, and pods sign with the new key. `expiring`:
 * tokens signed with the old key expire. `forgetting`: pods no longer get the old key.
 */
export type RotationStage = (typeof rotationStages)[number];
export const rotationStages = ["admitting", "switching", "signing", "expiring", "forgetting"] as const;

/** The ISP's first administrator, with a password that must be changed at the first login. */
export interface AdminAccount {
  readonly email: string;
  readonly password: string;
  readonly passwordHash: string;
}
