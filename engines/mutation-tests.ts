import { defineConfig } from "vitest/config";

/**
 * The tests that run against each mutant of an engine: with a small share of the random cases, and without the tests
 * that read the sources or documents, that start servers or that only look at a command line. MUTATED names one
 * folder of the engine.
 */
export function mutationTests(module: string) {
  const folder = process.env.MUTATED ?? "**";
  return defineConfig({
    test: {
      name: module,
      include: [`engines/${module}/src/${folder}/**/*.test.ts`],
      exclude: ["**/purity.test.ts", "**/*.server.test.ts"],
      env: { ENGINE_TEST_SHARE: "0.02" },
      testTimeout: 20_000,
      maxWorkers: 1,
    },
  });
}
