import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readMigrations } from "../../../../process/migrations/migrations-directory.ts";

/** The schema version that this image was made for: of the file beside the bundle, or of the repository. */
export async function imageSchemaVersion(): Promise<number> {
  const besideBundle = join(import.meta.dirname, "schema-version");
  if (existsSync(besideBundle)) return Number(readFileSync(besideBundle, "utf8"));
  return (await readMigrations(join(import.meta.dirname, "..", "..", "..", "migrations"))).length;
}
