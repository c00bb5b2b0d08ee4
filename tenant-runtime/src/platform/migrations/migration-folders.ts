import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

/**
 * The folders with the migrations of a tenant's schema: one beside the bundle in the image; in the repository the
 * platform's, and one in each module that has tables. One sequence of numbers covers all folders.
 */
export function migrationFolders(): readonly string[] {
  const besideBundle = join(import.meta.dirname, "migrations");
  return existsSync(besideBundle) ? [besideBundle] : foldersOfSources();
}

function foldersOfSources(): string[] {
  const source = join(import.meta.dirname, "..", "..");
  const modules = join(source, "modules");
  const ofModules = readdirSync(modules).map((module) => join(modules, module, "migrations"));
  return [join(source, "..", "migrations"), ...ofModules.filter((folder) => existsSync(folder))];
}
