import { fileURLToPath } from "node:url";
import { beginEpoch } from "../clients/postgres/epoch.ts";
import { migratePlatform } from "../clients/postgres/platform-schema.ts";
import type { Postgres } from "../clients/postgres/postgres.ts";
import { endBlockers } from "./database/sessions/end-blockers.ts";

/** The directory of the platform's numbered SQL files. It has the same place beside the sources and the bundle. */
const platformSql = fileURLToPath(new URL("../../sql/", import.meta.url));

/**
 * Prepares a new leader before its first reconcile: migrates the platform's tables and begins an epoch, which it
 * returns for `World.epoch`.
 */
export async function startPlatform(postgres: Postgres, holder: string, sql = platformSql): Promise<number> {
  await migratePlatform(postgres, sql, () => endBlockers(postgres));
  return beginEpoch(postgres, holder);
}
