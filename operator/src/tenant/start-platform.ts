import { fileURLToPath } from "node:url";
import { beginEpoch } from "../clients/postgres/epoch.ts";
import { migratePlatform } from "../clients/postgres/platform-schema.ts";
import type { Postgres } from "../clients/postgres/postgres.ts";

/** Where the platform's numbered SQL is, beside the sources and beside the bundle alike. */
const platformSql = fileURLToPath(new URL("../../sql/", import.meta.url));

/**
 * What a replica does once it leads, before its first reconcile: it brings the platform's tables up to
 * date and begins an epoch, which it returns for `World.epoch`.
 */
export async function startPlatform(postgres: Postgres, holder: string, sql = platformSql): Promise<number> {
  await migratePlatform(postgres, sql);
  return beginEpoch(postgres, holder);
}
