import { defineConfig } from "vitest/config";

/**
 * The tests that run against mutants: a small share of the random histories, and not the tests that read the
 * sources or documents instead of running them.
 */
export default defineConfig({
  test: {
    name: "billing",
    include: ["engines/billing/**/*.test.ts"],
    exclude: ["**/purity.test.ts", "**/documented-examples.test.ts", "**/cli/**"],
    env: { ENGINE_TEST_SHARE: "0.005" },
    testTimeout: 20_000,
    maxWorkers: 1,
  },
});
