import type { Client } from "pg";

/** SQLSTATE of a missing right. */
const insufficientPrivilege = "42501";

/**
 * Runs one statement of an attack and returns the SQLSTATE of the refusal. A refusal is not a failure. It throws
 * for a statement with a syntax error or unknown objects, because such a statement attacks nothing.
 * @param otherwise further SQLSTATEs that count as refusals
 */
export async function attemptStatement(
  client: Client,
  statement: string,
  otherwise: readonly string[] = [],
): Promise<string | undefined> {
  try {
    await client.query(statement);
    return undefined;
  } catch (error) {
    const { code = "" } = error as { code?: string };
    if (code === insufficientPrivilege || otherwise.includes(code)) return code;
    throw new Error(`Expected success or a refusal, found SQLSTATE ${code}: ${statement}`, {
      cause: error,
    });
  }
}
