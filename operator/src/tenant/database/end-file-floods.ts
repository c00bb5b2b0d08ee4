import type { Postgres } from "../../clients/postgres/postgres.ts";
import { allLogins, namePatterns, tenantNames } from "../model/names/names.ts";
import { disableLogins } from "./disable-logins.ts";
import { endMigration } from "./end-oversized-migrations.ts";

/**
 * Files that no relation has, from which a migration is ended while they become more. A checkpoint removes them. The
 * checkpointer needs 64 MiB, all that it may have, for 400,000 (docs/decisions/0020).
 */
const mostFiles = 20_000;
/** Files that a look finds beyond those of the look before. Migrations that are honest make fewer in five seconds. */
const mostGrowth = 1_000;

/** How often the locks are read to find an app login that makes the files: it holds one only while it makes each. */
const samples = 20;

/**
 * Disables the logins of one tenant at each call while files become more that belong to no relation, and returns them. A
 * TRUNCATE, a REINDEX or a CREATE TABLE that is rolled back within a transaction leaves such a file, and no lock tells whose
 * it is. First suspected is an app login that holds as strong a lock on a relation: no runtime does, but a function with
 * the owner's rights can. Else it is a tenant with an enabled migrator: first those that have locked a table so strongly, then
 * the oldest. Call it every five seconds: a login makes 2,000 files a second.
 */
export function createFileFloodWatch(
  most = mostFiles,
  growth = mostGrowth,
): (postgres: Postgres, epoch: number) => Promise<readonly string[]> {
  let before = Number.POSITIVE_INFINITY;
  return async (postgres, epoch) => {
    const [row] = await postgres.query<{ files: string }>("SELECT dotmac.unnamed_files() AS files");
    const files = Number(row?.files);
    const grows = files > before + growth;
    before = files;
    if (files <= most || !grows) return [];
    return (await stopReindexing(postgres, epoch)) ?? (await stopMigrating(postgres, epoch)) ?? [];
  };
}

async function stopReindexing(postgres: Postgres, epoch: number): Promise<readonly string[] | undefined> {
  for (let sample = 0; sample < samples; sample += 1) {
    const [row] = await postgres.query<{ id: string }>(
      `SELECT substring(usename, $1) AS id FROM pg_stat_activity JOIN pg_locks USING (pid)
       JOIN pg_class ON pg_class.oid = relation
       JOIN pg_namespace ON pg_namespace.oid = relnamespace AND nspname ~ '^t_'
       WHERE usename ~ $2 AND mode = 'AccessExclusiveLock' AND granted LIMIT 1`,
      [namePatterns.role, namePatterns.appLogin],
    );
    if (row === undefined) continue;
    const names = tenantNames("", row.id);
    await disableLogins(postgres, epoch, names);
    return allLogins(names);
  }
  return undefined;
}

async function stopMigrating(postgres: Postgres, epoch: number): Promise<readonly string[] | undefined> {
  const [row] = await postgres.query<{ id: string }>(
    `SELECT substring(usename, $1) AS id FROM pg_stat_activity AS activity
     WHERE usename ~ $1 AND xact_start IS NOT NULL AND EXISTS (
       SELECT FROM pg_roles WHERE rolcanlogin AND rolname ~ $2 AND starts_with(usename::text, left(rolname, -length('migrator'))))
     ORDER BY EXISTS (SELECT FROM pg_locks WHERE pg_locks.pid = activity.pid AND mode = 'AccessExclusiveLock') DESC,
              usename ~ $2 DESC, xact_start
     LIMIT 1`,
    [namePatterns.role, namePatterns.migrator],
  );
  if (row === undefined) return undefined;
  const names = tenantNames("", row.id);
  await endMigration(postgres, epoch, names);
  return [names.roles.migrator];
}
