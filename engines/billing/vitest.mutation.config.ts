import { defineConfig } from "vitest/config";

/**
 * The tests that run against mutants: a small share of the random histories, and not the tests that read the
 * sources or documents instead of running them. A folder that MUTATED names is tested by its part of `src` alone, so
 * that each mutant takes seconds.
 */
const part = process.env.MUTATED?.split("/")[0];

export default defineConfig({
  test: {
    name: "billing",
    include: [`engines/billing/${part === undefined ? "**" : `src/${part}`}/**/*.test.ts`],
    exclude: ["**/purity.test.ts", "**/documented-examples.test.ts", "**/cli/**"],
    env: { ENGINE_TEST_SHARE: "0.005" },
    testTimeout: 20_000,
    maxWorkers: 1,
  },
});
