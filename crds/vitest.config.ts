import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    name: "crds",
    include: ["**/*.test.ts"],
    globalSetup: ["test/services.ts"],
    testTimeout: 60_000,
  },
});
