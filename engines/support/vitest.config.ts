import { defineConfig } from "vitest/config";

/** The support engine's tests need only servers that they start themselves. */
export default defineConfig({
  test: {
    name: "support",
    dir: import.meta.dirname,
    include: ["**/*.test.ts"],
    testTimeout: 180_000,
    maxWorkers: 1,
  },
});
