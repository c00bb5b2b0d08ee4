import type { Postgres } from "../../../clients/postgres/postgres.ts";
import { runStatements } from "../../../clients/postgres/run-statements.ts";
import { namePatterns } from "../../model/names/names.ts";

/** Limit of a transaction in seconds, by the kind of its login. */
export interface LongestTransactions {
  readonly app: number;
  readonly migrator: number;
}

/** Whether a row of pg_stat_activity has a transaction that is open for too long. $1 and $2 are the seconds. */
const tooOld = `datname = current_database() AND xact_start < now() - make_interval(secs => CASE
  WHEN usename ~ '${namePatterns.appLogin}' THEN $1::int WHEN usename ~ '${namePatterns.migrator}' THEN $2::int END)`;

/**
 * Ends the sessions of tenants' logins whose transaction is open for too long, and returns their logins. The pooler
 * ends a query, and an idle transaction, after 60 s. A transaction that keeps sending queries would keep its locks on
 * shared tables and on objects that the operator must change, block VACUUM, and fill the queue of notifications.
 */
export async function endLongTransactions(
  postgres: Postgres,
  epoch: number,
  { app, migrator }: LongestTransactions,
): Promise<string[]> {
  const old = await postgres.query<{ pid: number; login: string }>(
    `SELECT pid, usename AS login FROM pg_stat_activity WHERE ${tooOld}`,
    [app, migrator],
  );
  if (old.length === 0) return [];
  const logins = old.map(({ login }) => login);
  // Checks the age again, because another session may have the process id now.
  const end = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE ${tooOld} AND pid = ANY ($3) AND usename = ANY ($4)`;
  await runStatements(postgres, epoch, [
    { text: end, values: [app, migrator, old.map(({ pid }) => pid), logins] },
  ]);
  return logins;
}
