import { defineConfig } from "vitest/config";

/** The network engine's tests need no servers beyond those that they start themselves. */
export default defineConfig({
  test: {
    name: "network",
    dir: import.meta.dirname,
    include: ["**/*.test.ts"],
    testTimeout: 180_000,
    // FreeRADIUS reads its dictionaries at its start, slowly on a busy machine.
    hookTimeout: 60_000,
    maxWorkers: 1,
  },
});
