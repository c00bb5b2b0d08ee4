const folder = process.env.MUTATED ?? "**";
const name = `support-${folder === "**" ? "all" : folder}`;
const engine = "tenant-runtime/src/modules/support/engine";

/** MUTATED=<folder of the engine> narrows a run to that folder and its tests. */
export default {
  testRunner: "vitest",
  vitest: { configFile: "tenant-runtime/src/modules/support/vitest.mutation.config.ts", related: false },
  plugins: ["@stryker-mutator/vitest-runner"],
  mutate: [
    `${engine}/${folder}/**/*.ts`,
    `!${engine}/**/*.test.ts`,
    `!${engine}/**/testing/**`,
    `!${engine}/**/data/**`,
  ],
  ignorePatterns: [
    "**",
    "!package.json",
    "!tenant-runtime/package.json",
    "!tenant-runtime/src/{engine,cli}/**",
    "!tenant-runtime/src/modules/support/**",
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
