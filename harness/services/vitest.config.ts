import { defineProject } from "vitest/config";

/** Tests of the servers that other tests use, and of the platform's bootstrap. */
export default defineProject({
  test: {
    name: "services",
    include: ["**/*.test.ts"],
    globalSetup: ["./test-services.ts"],
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
