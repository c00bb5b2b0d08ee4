import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    name: "tenant-runtime",
    include: ["src/**/*.test.ts", "test/**/*.test.ts"],
    globalSetup: ["test/services.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
