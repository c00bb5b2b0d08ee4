import type { z } from "zod";
import { RetryableError, TerminalError } from "../../base/errors.ts";
import type { Vault } from "../../clients/vault/vault.ts";

/** A secret as it is in Vault now. */
export interface Kept<Secret> {
  readonly secret: Secret;
  readonly version: number;
  /** When that version was written; absent when it was now. */
  readonly createdAt?: Date;
}

/**
 * The secret at `path`; when there is none, the one that `create` makes, written only if there is still
 * none.
 */
export async function createOnce<Schema extends z.ZodType>(
  vault: Vault,
  path: string,
  schema: Schema,
  create: () => Promise<z.output<Schema> & object>,
): Promise<Kept<z.output<Schema>>> {
  const known = await vault.readSecret(path);
  if (known !== undefined) {
    const { data, version, createdAt } = known;
    return { secret: parsed(path, schema, data), version, createdAt };
  }
  const fresh = await create();
  if (await vault.writeSecret(path, fresh, 0)) return { secret: fresh, version: 1 };
  throw raced(path);
}

/** The error for a check-and-set write that lost a race. */
export function raced(path: string): RetryableError {
  return new RetryableError(
    "SecretRaced",
    `Another has changed the secret ${path}: it is read at the next try.`,
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
