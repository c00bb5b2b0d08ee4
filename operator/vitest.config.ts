import { defineProject } from "vitest/config";

export default defineProject({
  test: {
    name: "operator",
    include: ["src/**/*.test.ts", "generate/**/*.test.ts"],
    globalSetup: ["./src/testing/servers.ts"],
    // Real servers answer within milliseconds; a whole run of them on a busy machine may take longer.
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
