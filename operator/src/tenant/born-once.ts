import type { z } from "zod";
import type { Vault } from "../clients/vault/vault.ts";
import { RetryableError, TerminalError } from "../controller/errors.ts";

/**
 * The secret at `path`; when there is none, the one that `create` makes, written only if there is still
 * none. `born` says whether it was made now.
 */
export async function bornOnce<Schema extends z.ZodType>(
  vault: Vault,
  path: string,
  schema: Schema,
  create: () => Promise<z.output<Schema> & object>,
): Promise<{ readonly secret: z.output<Schema>; readonly born: boolean }> {
  const known = await vault.readSecret(path);
  if (known !== undefined) return { secret: parsed(path, schema, known.data), born: false };
  const fresh = await create();
  if (await vault.writeSecret(path, fresh, 0)) return { secret: fresh, born: true };
  throw new RetryableError(
    "SecretRaced",
    `Another wrote the secret ${path} first: it is read at the next try.`,
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
