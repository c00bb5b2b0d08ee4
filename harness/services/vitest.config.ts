import { defineProject } from "vitest/config";

/** The servers that other tests stand on, and what the platform's bootstrap makes of them. */
export default defineProject({
  test: {
    name: "services",
    include: ["**/*.test.ts"],
    globalSetup: ["./test-services.ts"],
    testTimeout: 30_000,
    hookTimeout: 120_000,
  },
});
