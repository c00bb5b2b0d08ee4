import { defineConfig } from "vitest/config";

/** The billing engine's tests need no services and one worker. */
export default defineConfig({
  test: {
    name: "billing",
    dir: import.meta.dirname,
    include: ["**/*.test.ts"],
    testTimeout: 180_000,
    maxWorkers: 1,
  },
});
