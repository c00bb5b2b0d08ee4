import type { Postgres } from "../../../clients/postgres/postgres.ts";
import { namePatterns } from "../../model/names/names.ts";

/**
 * Ends the sessions of tenants' logins that wait to lock a whole database or hold its row in `pg_database` while VACUUM
 * waits for it, and returns their logins. Every new connection to that database waits behind the first: PostgreSQL takes
 * the lock of `DROP DATABASE` and of `ALTER DATABASE … RENAME` or `SET TABLESPACE` before it checks the right. All
 * autovacuum workers wait behind the second: `GRANT … ON DATABASE` writes the row even if it grants nothing. The lock
 * `frozenid` belongs to the session that changes that row at the end of a VACUUM. Event triggers do not see these commands
 * (docs/decisions/0027). No program of a tenant sends any of them.
 *
 * Call it every second, because this period bounds the wait of others. It needs a connection that is already open.
 */
export async function endWaitsForDatabase(postgres: Postgres): Promise<string[]> {
  const ended = await postgres.query<{ login: string }>(
    `WITH harmful AS MATERIALIZED (
       SELECT pid FROM pg_locks
       WHERE NOT granted AND locktype = 'object' AND classid = 'pg_database'::regclass AND mode = 'AccessExclusiveLock'
       UNION
       SELECT unnest(pg_blocking_pids(pid)) FROM pg_locks WHERE granted AND locktype = 'frozenid')
     SELECT usename AS login, pg_terminate_backend(pid) FROM pg_stat_activity JOIN harmful USING (pid)
     WHERE usename ~ $1`,
    [namePatterns.role],
  );
  return ended.map(({ login }) => login);
}
