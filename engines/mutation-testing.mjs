import { readdirSync } from "node:fs";

const folder = process.env.MUTATED ?? "**";
const never = ["**/*.test.ts", "**/testing/**", "**/data/**"];

/**
 * Mutation testing of one engine, without tables that hold nothing but data. MUTATED=<folder of the engine>
 * narrows a run to it.
 */
export function mutationTesting(module, tables = []) {
  const root = `engines/${module}`;
  requireFolder(`${root}/src`);
  const name = `${module}-${folder === "**" ? "all" : folder.replaceAll("/", "-")}`;
  return {
    testRunner: "vitest",
    vitest: { configFile: `${root}/vitest.mutation.config.ts`, related: false },
    plugins: ["@stryker-mutator/vitest-runner"],
    mutate: [`${root}/src/${folder}/**/*.ts`, ...[...never, ...tables].map((path) => `!${root}/src/${path}`)],
    ignorePatterns: [
      "**",
      "!package.json",
      "!engines/*.{mjs,ts}",
      "!engines/{base,calendar}/**",
      `!${root}/**`,
    ],
    coverageAnalysis: "perTest",
    ignoreStatic: true,
    tempDirName: `.stryker-tmp/${name}`,
    concurrency: 1,
    timeoutMS: 20_000,
    incremental: true,
    incrementalFile: `reports/${name}-mutation.json`,
    reporters: ["clear-text", "progress-append-only", "json"],
    clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
    jsonReporter: { fileName: `reports/${name}-mutation-report.json` },
    thresholds: { high: 95, low: 85, break: 85 },
  };
}

function requireFolder(sources) {
  if (folder === "**") return;
  const folders = readdirSync(sources, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ parentPath, name }) => `${parentPath}/${name}`.slice(sources.length + 1));
  if (folders.includes(folder)) return;
  throw new Error(
    `expected MUTATED as a folder of ${sources}; found ${folder}: write one of ${folders.sort().join(", ")}`,
  );
}
