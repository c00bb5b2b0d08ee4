import type { Postgres } from "../../../clients/postgres/postgres.ts";
import { namePatterns } from "../../model/names/names.ts";

/** The used part of the queue of notifications from which the transactions of these logins are ended. */
const endsFrom = { app: 0.01, migrator: 0.05 };

/**
 * Ends the sessions of tenants' logins whose transaction is open for longer than `longestSeconds`, once the queue
 * of NOTIFY fills, and returns their logins. All logins of the server share that queue, 8 GiB of disk, and no right
 * prevents a login from using LISTEN and NOTIFY. Unread notifications stay in it, and a listener reads none while
 * its transaction is open. PostgreSQL does not show the listeners, so the long transactions of other sessions end
 * too. A migrator's transaction may have to be long, so it ends only when ending those of app logins was not
 * enough.
 *
 * Call it every second: a login can fill 70 MB in that time.
 */
export async function endQueueHolders(postgres: Postgres, longestSeconds: number): Promise<string[]> {
  const ended = await postgres.query<{ login: string }>(
    `WITH queue AS MATERIALIZED (SELECT pg_notification_queue_usage() AS used)
     SELECT usename AS login, pg_terminate_backend(pid) FROM queue, pg_stat_activity
     WHERE datname = current_database() AND xact_start < now() - make_interval(secs => $1)
       AND (usename ~ $2 AND used > $3 OR usename ~ $4 AND used > $5)`,
    [longestSeconds, namePatterns.appLogin, endsFrom.app, namePatterns.migrator, endsFrom.migrator],
  );
  return ended.map(({ login }) => login);
}
