import type { Postgres } from "../../../clients/postgres/postgres.ts";
import { namePatterns } from "../../model/names/names.ts";

/**
 * Ends the sessions of tenants' logins that hold, or waited earlier for, a lock that a session of the operator waits for,
 * and returns their logins. Call it while the operator waits: a session that asks for the lock after that waits behind it.
 */
export async function endBlockers(postgres: Postgres): Promise<string[]> {
  const ended = await postgres.query<{ login: string }>(
    `WITH blocking AS MATERIALIZED (
       SELECT DISTINCT unnest(pg_blocking_pids(pid)) AS pid FROM pg_stat_activity
       WHERE usename = current_user AND wait_event_type = 'Lock')
     SELECT usename AS login, pg_terminate_backend(pid) FROM pg_stat_activity JOIN blocking USING (pid)
     WHERE usename ~ $1`,
    [namePatterns.role],
  );
  return ended.map(({ login }) => login);
}
