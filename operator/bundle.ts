import { rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build, type Plugin } from "esbuild";

/** The programs of the operator's image, and those of the fronts' image, which a new operator leaves as it is. */
const images = [
  { folder: "bundle", extension: ".js", programs: { main: "main.ts", "egress-proxy": "egress/main.ts" } },
  { folder: "front", extension: ".mjs", programs: { front: "front/main.ts" } },
];

/**
 * Of `@kubernetes/client-node` only the reading of kubeconfigs is used. Its modules do nothing when they
 * are loaded, but do not say so; knowing it, esbuild leaves out the several hundred that are not used.
 */
const onlyWhatIsUsed: Plugin = {
  name: "only-what-is-used",
  setup({ onResolve, resolve }) {
    onResolve({ filter: /.*/ }, async (request) => {
      if (request.pluginData === "resolving") return undefined;
      const { importer, kind, resolveDir } = request;
      const found = await resolve(request.path, { importer, kind, resolveDir, pluginData: "resolving" });
      // esbuild itself resolves the rest: it knows which imports are optional.
      return found.path.includes("/@kubernetes/client-node/") ? { ...found, sideEffects: false } : undefined;
    });
  },
};

/** Puts each program and all that it imports into one file of `dist`, readable as it is. */
for (const { folder, extension, programs } of images) {
  const outdir = fileURLToPath(new URL(`dist/${folder}/`, import.meta.url));
  await rm(outdir, { recursive: true, force: true });
  await build({
    entryPoints: Object.fromEntries(Object.entries(programs).map(([name, path]) => [name, source(path)])),
    outdir,
    outExtension: { ".js": extension },
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node24",
    legalComments: "linked",
    logLevel: "warning",
    plugins: [onlyWhatIsUsed],
    // Looked for by pg at run time and not wanted.
    external: ["pg-native"],
    // Dependencies in the older module format call `require` for what Node itself brings.
    banner: {
      js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);',
    },
  });
}

function source(path: string): string {
  return fileURLToPath(new URL(`src/${path}`, import.meta.url));
}
