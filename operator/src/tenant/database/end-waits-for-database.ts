import type { Postgres } from "../../clients/postgres/postgres.ts";
import { namePatterns } from "../model/names.ts";

/**
 * Ends the sessions of tenants' logins that wait to lock a database as a whole, and returns their logins. Such a wait
 * keeps every new connection to that database waiting behind it. PostgreSQL takes the lock of `DROP DATABASE` and of
 * `ALTER DATABASE … RENAME` or `SET TABLESPACE` before it checks the right, and event triggers do not see them
 * (docs/decisions/0027). No program of a tenant says any of these.
 *
 * Call it every second: it is what bounds the wait of others. It needs a connection that is open already.
 */
export async function endWaitsForDatabase(postgres: Postgres): Promise<string[]> {
  const ended = await postgres.query<{ login: string }>(
    `SELECT usename AS login, pg_terminate_backend(pid) FROM pg_stat_activity AS session
      WHERE usename ~ $1 AND EXISTS (
        SELECT FROM pg_locks AS lock
        WHERE lock.pid = session.pid AND NOT granted AND locktype = 'object'
          AND classid = 'pg_database'::regclass AND mode = 'AccessExclusiveLock')`,
    [namePatterns.role],
  );
  return ended.map(({ login }) => login);
}
