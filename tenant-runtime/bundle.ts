import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { build } from "esbuild";
import { readMigrations } from "../process/migrations/migrations-directory.ts";
import { migrationFolders } from "./src/platform/migrations/migration-folders.ts";

const folder = import.meta.dirname;
const dist = join(folder, "dist");

await rm(dist, { recursive: true, force: true });
await mkdir(join(dist, "reference"), { recursive: true });
await Promise.all([bundlePrograms(), copyMigrations(), copyReferencePage(), writeModuleType()]);

/** One file per program, each with all that it imports; the source maps stay out of the image. */
async function bundlePrograms(): Promise<void> {
  await build({
    entryPoints: {
      main: join(folder, "src/main.ts"),
      migrate: join(folder, "src/migrate.ts"),
      // Started by main as threads.
      "argon2-worker": join(folder, "src/platform/access/passwords/argon2-worker.ts"),
      "guessing-worker": join(folder, "src/platform/access/passwords/guessing-worker.ts"),
    },
    outdir: dist,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node24",
    minifySyntax: true,
    minifyWhitespace: true,
    sourcemap: "external",
    legalComments: "linked",
    logLevel: "warning",
    // Looked for by pg at run time and not wanted.
    external: ["pg-native"],
    // Dependencies in the older module format call `require` for Node's own modules.
    banner: {
      js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);',
    },
  });
}

/** The migrations, and the version to which they bring a schema. */
async function copyMigrations(): Promise<void> {
  const folders = migrationFolders();
  for (const each of folders) await cp(each, join(dist, "migrations"), { recursive: true });
  await writeFile(join(dist, "schema-version"), String((await readMigrations(...folders)).length));
}

/** The files that the page of the API's reference loads, from its package. */
async function copyReferencePage(): Promise<void> {
  const renderer = dirname(createRequire(import.meta.url).resolve("swagger-ui-dist/package.json"));
  for (const name of ["swagger-ui.css", "swagger-ui-bundle.js"]) {
    await writeFile(join(dist, "reference", name), await readFile(join(renderer, name)));
  }
}

async function writeModuleType(): Promise<void> {
  await writeFile(join(dist, "package.json"), JSON.stringify({ type: "module" }));
}
