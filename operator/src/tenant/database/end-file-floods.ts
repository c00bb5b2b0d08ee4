import type { Postgres } from "../../clients/postgres/postgres.ts";
import { namePatterns, tenantNames } from "../model/names/names.ts";
import { endMigration } from "./end-oversized-migrations.ts";

/**
 * Files that no relation has, from which a migration is ended while they become more. A checkpoint removes them. The
 * checkpointer needs 64 MiB, all that it may have, for 400,000 (docs/decisions/0020).
 */
const mostFiles = 20_000;
/** Files that a look finds beyond those of the look before. Migrations that are honest make fewer in five seconds. */
const mostGrowth = 1_000;

/**
 * Ends the migration of one tenant at each call while files become more that belong to no relation, and returns its
 * migrator's login. A TRUNCATE or a CREATE TABLE that is rolled back within a transaction leaves such a file, and no lock
 * tells whose it is. Only a migration makes any, so the suspects are the tenants with one: first those that have locked a
 * table as strongly as TRUNCATE does, then the oldest. Call it every five seconds: a login makes 2,000 files a second.
 */
export function createFileFloodWatch(
  most = mostFiles,
  growth = mostGrowth,
): (postgres: Postgres, epoch: number) => Promise<string[]> {
  let before = Number.POSITIVE_INFINITY;
  return async (postgres, epoch) => {
    const [row] = await postgres.query<{ files: string }>("SELECT dotmac.unnamed_files() AS files");
    const files = Number(row?.files);
    const grows = files > before + growth;
    before = files;
    if (files <= most || !grows) return [];
    const id = await suspect(postgres);
    if (id === undefined) return [];
    const names = tenantNames("", id);
    await endMigration(postgres, epoch, names);
    return [names.roles.migrator];
  };
}

async function suspect(postgres: Postgres): Promise<string | undefined> {
  const [row] = await postgres.query<{ id: string }>(
    `SELECT substring(usename, $1) AS id FROM pg_stat_activity AS activity
     WHERE usename ~ $1 AND xact_start IS NOT NULL AND EXISTS (
       SELECT FROM pg_roles WHERE rolcanlogin AND rolname ~ $2 AND starts_with(usename::text, left(rolname, -length('migrator'))))
     ORDER BY EXISTS (SELECT FROM pg_locks WHERE pg_locks.pid = activity.pid AND mode = 'AccessExclusiveLock') DESC,
              usename ~ $2 DESC, xact_start
     LIMIT 1`,
    [namePatterns.role, namePatterns.migrator],
  );
  return row?.id;
}
