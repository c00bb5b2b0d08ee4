import type { Postgres, Statement } from "../../../clients/postgres/postgres.ts";
import { runStatements } from "../../../clients/postgres/run-statements.ts";

/** Ends the sessions of logins, including idle ones of the pooler. */
export function endSessions(logins: readonly string[]): Statement {
  return {
    text: "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = ANY ($1)",
    values: [logins],
  };
}

/**
 * Ends the remaining sessions of disabled logins. Returns whether there were any. Call it only after the transaction
 * that disabled the logins: before its commit, an ended session could log in again.
 */
export async function endSessionsOf(
  postgres: Postgres,
  epoch: number,
  logins: readonly string[],
): Promise<boolean> {
  const found = await hasSessions(postgres, logins);
  if (found) await runStatements(postgres, epoch, [endSessions(logins)]);
  return found;
}

/** Whether one of the logins has a session. */
export async function hasSessions(postgres: Postgres, logins: readonly string[]): Promise<boolean> {
  const sessions = await postgres.query("SELECT FROM pg_stat_activity WHERE usename = ANY ($1)", [logins]);
  return sessions.length > 0;
}
