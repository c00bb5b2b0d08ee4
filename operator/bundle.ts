import { rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const outdir = fileURLToPath(new URL("dist/bundle/", import.meta.url));

/** Puts the operator and all that it imports into one file, `dist/bundle/main.js`, readable as it is. */
await rm(outdir, { recursive: true, force: true });
await build({
  entryPoints: [fileURLToPath(new URL("src/main.ts", import.meta.url))],
  outdir,
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node24",
  legalComments: "linked",
  logLevel: "warning",
  // Looked for by pg at run time and not wanted.
  external: ["pg-native"],
  // Dependencies in the older module format call `require` for what Node itself brings.
  banner: {
    js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);',
  },
});
