import type { Postgres } from "../../clients/postgres/postgres.ts";
import { namePatterns } from "../model/names.ts";

/**
 * Ends the sessions of tenants' logins that wait to lock a whole database, and returns their logins. Every new
 * connection to that database waits behind such a session. PostgreSQL takes the lock of `DROP DATABASE` and of `ALTER
 * DATABASE … RENAME` or `SET TABLESPACE` before it checks the right, and event triggers do not see these commands
 * (docs/decisions/0027). No program of a tenant sends any of them.
 *
 * Call it every second, because this period bounds the wait of others. It needs a connection that is already open.
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
