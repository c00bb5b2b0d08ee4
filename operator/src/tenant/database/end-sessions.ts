import type { Postgres, Statement } from "../../clients/postgres/postgres.ts";
import { runStatements } from "../../clients/postgres/run-statements.ts";

/** Ends the sessions of logins; those that are idle in the pooler too. */
export function endSessions(logins: readonly string[]): Statement {
  return {
    text: "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = ANY ($1)",
    values: [logins],
  };
}

/**
 * Ends what closed logins still have open; returns whether there was anything. Only after the transaction that
 * closed them: while a login is open, a session that is ended can be opened again.
 */
export async function endSessionsOf(
  postgres: Postgres,
  epoch: number,
  logins: readonly string[],
): Promise<boolean> {
  const sessions = await postgres.query("SELECT FROM pg_stat_activity WHERE usename = ANY ($1)", [logins]);
  if (sessions.length > 0) await runStatements(postgres, epoch, [endSessions(logins)]);
  return sessions.length > 0;
}
