import type { Postgres } from "../../clients/postgres/postgres.ts";
import { runStatements } from "./run-statements.ts";

/**
 * Ends the sessions of app logins whose transaction is older than `seconds`, and returns their logins. The pooler ends a
 * query, and an idle transaction, after 60 s; a transaction that goes on asking would hold its locks on shared tables,
 * what VACUUM may not remove, and the queue of notifications. Migrations have a deadline of their own.
 */
export async function endLongTransactions(
  postgres: Postgres,
  epoch: number,
  seconds: number,
): Promise<string[]> {
  const old = await postgres.query<{ pid: number; login: string }>(
    `SELECT pid, usename AS login FROM pg_stat_activity
     WHERE usename ~ '^t_[a-z2-7]{10}_app_[ab]$' AND datname = current_database()
       AND xact_start < now() - make_interval(secs => $1)`,
    [seconds],
  );
  // By its transaction too: the process id may be another's by now.
  const end = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE pid = ANY ($1) AND usename = ANY ($2) AND xact_start < now() - make_interval(secs => $3)`;
  const logins = old.map(({ login }) => login);
  await runStatements(
    postgres,
    epoch,
    old.length === 0 ? [] : [{ text: end, values: [old.map(({ pid }) => pid), logins, seconds] }],
  );
  return logins;
}
