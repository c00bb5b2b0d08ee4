import type { z } from "zod";
import { RetryableError, TerminalError } from "../../base/errors.ts";
import type { SecretVersion, Vault } from "../../clients/vault/vault.ts";

/** A secret as stored in Vault. */
export interface Kept<Secret> {
  readonly secret: Secret;
  readonly version: number;
  /** Time at which that version was written. Absent when this call wrote it. */
  readonly createdAt?: Date;
}

/** A secret that is created once and then kept. */
export interface KeptKind<Schema extends z.ZodType> {
  readonly schema: Schema;
  create(): Promise<z.output<Schema> & object>;
  /**
   * Returns the fields that an older operator has not written; none for a complete secret. Without this function no
   * field is added.
   */
  missing?(kept: SecretVersion): Readonly<Record<string, unknown>>;
}

/**
 * Returns the secret at `path`. If none exists, it writes the one that `create` makes. It adds the fields that are
 * missing in an existing one, and keeps all others. It writes only to the version that it has read.
 * @throws RetryableError SecretRaced
 * @throws TerminalError SecretUnreadable for an existing secret that does not match the schema even with them
 */
export async function createOnce<Schema extends z.ZodType>(
  vault: Vault,
  path: string,
  { schema, create, missing }: KeptKind<Schema>,
): Promise<Kept<z.output<Schema>>> {
  const known = await vault.readSecret(path);
  if (known !== undefined) {
    const { data, version, createdAt } = known;
    const added = missing?.(known) ?? {};
    const complete = { ...data, ...added };
    const secret = parsed(path, schema, complete);
    if (Object.keys(added).length === 0) return { secret, version, createdAt };
    if (await vault.writeSecret(path, complete, version)) return { secret, version: version + 1 };
    throw raced(path);
  }
  const fresh = await create();
  if (await vault.writeSecret(path, fresh, 0)) return { secret: fresh, version: 1 };
  throw raced(path);
}

/** The error for a check-and-set write that another write preceded. */
export function raced(path: string): RetryableError {
  return new RetryableError(
    "SecretRaced",
    `The secret ${path} has changed meanwhile: the next try reads it again.`,
  );
}

function parsed<Schema extends z.ZodType>(path: string, schema: Schema, data: unknown): z.output<Schema> {
  const result = schema.safeParse(data);
  if (result.success) return result.data;
  const fields = result.error.issues.map((issue) => issue.path.join(".")).join(", ");
  throw new TerminalError(
    "SecretUnreadable",
    `Expected the secret ${path} as the operator writes it, found other content in: ${fields}. Restore its last ` +
      "good version in Vault.",
  );
}
