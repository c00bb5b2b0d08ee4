import type { Client } from "pg";

/** SQLSTATE of a right that is missing. */
const insufficientPrivilege = "42501";

/**
 * Runs one statement of an attack; that it is refused is no failure. A statement that PostgreSQL does not understand, or
 * whose objects are not there, attacks nothing: that throws. Returns the SQLSTATE of the refusal.
 * @param otherwise further SQLSTATEs that are refusals
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
    throw new Error(`Expected that it works or is refused, found SQLSTATE ${code}: ${statement}`, {
      cause: error,
    });
  }
}
