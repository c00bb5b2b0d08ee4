import type { z } from "zod";
import type { Credentials, Rotation } from "./credentials.ts";
import type { TenantNames } from "./names.ts";

/** Makes a new password or key. */
export type NewSecret = () => string;

export type RotatingCredentials = Credentials & { readonly rotation: Rotation };

/**
 * A tenant's login at one server: the part of its credentials that the login's resource describes. It rotates together
 * with all others. Its functions are pure; `ensure` of the resource brings the server to their result.
 */
export interface RotatedLogin {
  /** The name of its list in the report of the pods; see `contract/health-report.ts`. */
  readonly name: string;
  /** Its place in the credentials and in the pods. Absent when `Credentials` and `SecretFiles` describe it. */
  readonly added?: AddedLogin;
  /** Adds a new password. The server accepts it beside the one that the pods have. */
  admit(credentials: RotatingCredentials, newSecret: NewSecret): RotatingCredentials;
  /**
   * Gives the new password to the pods. The server accepts both. Without a new password, because the login was added
   * during a rotation, it changes nothing.
   */
  switchOver(credentials: RotatingCredentials): RotatingCredentials;
  /** Withdraws the old password: the server refuses it. Every pod has reported the new one. */
  withdraw(credentials: RotatingCredentials): RotatingCredentials;
  /** The list that a pod reports when it uses only the login of its files. */
  inFiles(names: TenantNames, credentials: Credentials): readonly string[];
  /** The login that a late pod still uses, for messages. `reported` is its list as text. */
  describe(reported: string): string;
}

/** A login that tenants of an older operator do not have yet. */
export interface AddedLogin {
  readonly field: AddedField;
  /** The file of the Secret `runtime` that gives it to the pods. */
  readonly file: {
    readonly name: string;
    content(names: TenantNames, credentials: Credentials): object;
  };
}

/** A field of the tenant's credentials. It is created once, also for tenants that exist already. */
export interface AddedField<Value = unknown> {
  readonly name: string;
  readonly schema: z.ZodType<Value>;
  create(newSecret: NewSecret): Value;
}

/** The value of a field. The step `secrets` has created it. */
export function fieldValue<Value>(field: AddedField<Value>, credentials: Credentials): Value {
  const values: Readonly<Record<string, unknown>> = { ...credentials };
  return field.schema.parse(values[field.name]);
}
