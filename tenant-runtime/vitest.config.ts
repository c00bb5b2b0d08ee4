import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    name: "tenant-runtime",
    include: ["src/**/*.test.ts", "test/**/*.test.ts"],
    // The engines need no servers and have projects of their own.
    exclude: ["src/modules/{billing,network,support}/**"],
    globalSetup: ["test/services.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
