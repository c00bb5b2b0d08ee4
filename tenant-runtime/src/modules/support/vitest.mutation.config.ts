import { defineConfig } from "vitest/config";

/**
 * What mutants are run against: a small share of the random cases, and not the tests that read the sources
 * or documents, that start servers or that only look at a command line. MUTATED names one folder of the engine.
 */
export default defineConfig({
  test: {
    name: "support",
    include: [`tenant-runtime/src/modules/support/engine/${process.env.MUTATED ?? "**"}/**/*.test.ts`],
    exclude: ["**/purity.test.ts", "**/*.server.test.ts"],
    env: { ENGINE_TEST_SHARE: "0.02" },
    testTimeout: 20_000,
    maxWorkers: 1,
  },
});
