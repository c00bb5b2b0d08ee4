const folder = process.env.MUTATED ?? "**";

/** Mutation testing of one engine. MUTATED=<folder of the engine> narrows a run to it and its tests. */
export function mutationTesting(module) {
  const name = `${module}-${folder === "**" ? "all" : folder}`;
  const root = `engines/${module}`;
  return {
    testRunner: "vitest",
    vitest: { configFile: `${root}/vitest.mutation.config.ts`, related: false },
    plugins: ["@stryker-mutator/vitest-runner"],
    mutate: [
      `${root}/src/${folder}/**/*.ts`,
      ...["**/*.test.ts", "**/testing/**", "**/data/**"].map((path) => `!${root}/src/${path}`),
    ],
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
