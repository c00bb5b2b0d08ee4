import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    name: "crds",
    include: ["**/*.test.ts"],
    globalSetup: ["test/start-api-server.ts"],
    testTimeout: 30_000,
  },
});
