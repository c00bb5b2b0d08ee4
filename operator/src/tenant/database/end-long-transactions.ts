import type { Postgres } from "../../clients/postgres/postgres.ts";

/**
 * Ends the sessions of app logins whose transaction is older than `seconds`, and returns how many: while one lasts,
 * no tenant's dead rows can be removed. Behind the pooler none gets so old; its own settings a login can change.
 */
export async function endLongTransactions(postgres: Postgres, seconds: number): Promise<number> {
  const ended = await postgres.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE usename ~ '^t_[a-z2-7]{10}_app_[ab]$' AND xact_start < now() - make_interval(secs => $1)`,
    [seconds],
  );
  return ended.length;
}
