import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    name: "charts",
    include: ["*.test.ts"],
    // The files share one Lease, which decides whose writes are refused.
    fileParallelism: false,
    globalSetup: ["test/services.ts"],
    testTimeout: 60_000,
    hookTimeout: 30_000,
  },
});
