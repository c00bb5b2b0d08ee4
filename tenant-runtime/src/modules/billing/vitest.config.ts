import { defineConfig } from "vitest/config";

/** The billing engine's tests need no services and one worker. */
export default defineConfig({
  test: {
    name: "billing",
    include: ["tenant-runtime/src/modules/billing/**/*.test.ts"],
    testTimeout: 60_000,
    maxWorkers: 1,
  },
});
