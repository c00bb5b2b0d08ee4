import { hasSqlState } from "../../clients/postgres/errors.ts";
import type { Postgres, Statement } from "../../clients/postgres/postgres.ts";
import { repeatDuring } from "../../clients/postgres/repeat-during.ts";
import { runStatements } from "../../clients/postgres/run-statements.ts";
import { endBlockers } from "./sessions/end-blockers.ts";
import { endSessions, endSessionsOf, hasSessions } from "./sessions/end-sessions.ts";

/** Milliseconds for which a change waits for a session that has begun since the others were ended. */
const lockTimeout = 500;
const attempts = 5;

/** PostgreSQL's answers to a change of a row that another session holds, or has changed meanwhile (XX000). */
const held = ["55P03", "XX000"];

/**
 * Runs the statements in one transaction, and ends all sessions of `logins`: those from before in advance, those that
 * began meanwhile after the commit, because only then no more can begin. Returns whether there were any.
 *
 * Each login may change its own role, and a transaction that does so holds the role's row until it ends. `ALTER ROLE`
 * and `GRANT` would wait for it, so a session of any tenant's login that still holds such a row is ended, too.
 */
export async function changeRoles(
  postgres: Postgres,
  epoch: number,
  logins: readonly string[],
  statements: readonly Statement[],
): Promise<boolean> {
  if (statements.length === 0) return endSessionsOf(postgres, epoch, logins);
  const before = await hasSessions(postgres, logins);
  const all = [bounded, ...ends(logins), ...statements];
  for (let failed = 0; ; failed += 1) {
    const attempt = runStatements(postgres, epoch, all);
    try {
      await (failed === 0 ? attempt : repeatDuring(attempt, () => endBlockers(postgres)));
      return (await endSessionsOf(postgres, epoch, logins)) || before;
    } catch (error) {
      if (failed === attempts || !held.some((state) => hasSqlState(error, state))) throw error;
    }
  }
}

const bounded: Statement = { text: `SET LOCAL lock_timeout = ${lockTimeout}` };

/** Ends the sessions and waits for their ends, so that they hold nothing any more. */
function ends(logins: readonly string[]): Statement[] {
  const waits = {
    text: "SELECT pg_terminate_backend(pid, 2000) FROM pg_stat_activity WHERE usename = ANY ($1)",
    values: [logins],
  };
  return logins.length === 0 ? [] : [endSessions(logins), waits];
}
