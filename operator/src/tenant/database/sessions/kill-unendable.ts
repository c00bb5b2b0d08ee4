import type { Milliseconds } from "../../../../../process/clock.ts";
import { RetryableError } from "../../../base/errors.ts";
import type { Postgres } from "../../../clients/postgres/postgres.ts";
import { namePatterns } from "../../model/names/names.ts";
import type { LongestTransactions } from "./end-long-transactions.ts";

/** The time in which a session ends that was asked to. PostgreSQL rolls back in far less. */
const patienceMs: Milliseconds = 10_000;

interface Session {
  readonly pid: number;
  readonly started: string;
  readonly login: string;
}

/** The used part of the queue of NOTIFY from which an app login's transaction is too old after three seconds. */
const queueFills = { used: 0.05, seconds: 3 };

/**
 * Asks tenants' sessions to end whose login is disabled or whose transaction is too old, and kills one that has not ended 10 s
 * after. Returns its login. Some functions of PostgreSQL compute for hours without looking for a request to end, so a stolen
 * login could otherwise keep a snapshot, locks, and the queue of NOTIFY for days. A kill makes PostgreSQL end all sessions and
 * recover, which takes about two seconds. Call it every few seconds.
 */
export function createUnendableWatch(
  patience: Milliseconds = patienceMs,
): (postgres: Postgres, longest: LongestTransactions, now: Milliseconds) => Promise<string | undefined> {
  let asked = new Map<string, Milliseconds>();
  return async (postgres, longest, now) => {
    const sessions = await askToEnd(postgres, longest);
    const since = (session: Session) => asked.get(keyOf(session)) ?? now;
    asked = new Map(sessions.map((session) => [keyOf(session), since(session)]));
    const unendable = sessions.find((session) => now - since(session) >= patience);
    if (unendable === undefined) return undefined;
    return (await kill(postgres, unendable)) ? unendable.login : undefined;
  };
}

function keyOf({ pid, started }: Session): string {
  return `${pid} ${started}`;
}

function askToEnd(postgres: Postgres, { app, migrator }: LongestTransactions): Promise<Session[]> {
  return postgres.query<Session & { readonly asked: boolean }>(
    `WITH queue AS MATERIALIZED (SELECT pg_notification_queue_usage() > $5 AS fills)
     SELECT pid, backend_start::text AS started, usename AS login, pg_terminate_backend(pid) AS asked
     FROM queue, pg_stat_activity JOIN pg_roles ON pg_roles.oid = usesysid
     WHERE datname = current_database() AND usename ~ $1 AND (NOT rolcanlogin OR xact_start < now() - make_interval(
       secs => CASE WHEN usename !~ $2 THEN $4::int WHEN fills THEN least($3::int, $6::int) ELSE $3::int END))`,
    [namePatterns.role, namePatterns.appLogin, app, migrator, queueFills.used, queueFills.seconds],
  );
}

/** Whether the session was there. PostgreSQL ends the operator's session too, before or after its answer. */
async function kill(postgres: Postgres, { pid, started }: Session): Promise<boolean> {
  try {
    const [row] = await postgres.query<{ killed: boolean }>("SELECT dotmac.kill_session($1, $2) AS killed", [
      pid,
      started,
    ]);
    return row?.killed === true;
  } catch (error) {
    if (error instanceof RetryableError) return true;
    throw error;
  }
}
