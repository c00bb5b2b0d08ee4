import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readMigrations } from "../../../../process/migrations/migrations-directory.ts";
import { migrationFolders } from "./migration-folders.ts";

/** The schema version that this image requires: from the file beside the bundle, or from the repository. */
export async function imageSchemaVersion(): Promise<number> {
  const besideBundle = join(import.meta.dirname, "schema-version");
  if (existsSync(besideBundle)) return Number(readFileSync(besideBundle, "utf8"));
  return (await readMigrations(...migrationFolders())).length;
}
