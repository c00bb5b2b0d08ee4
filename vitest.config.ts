import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: [
      "*/vitest.config.ts",
      "e2e/*/vitest.config.ts",
      "tenant-runtime/src/modules/*/vitest.config.ts",
    ],
    reporters: ["default", "./e2e/closing-line.ts"],
    coverage: {
      provider: "v8",
      include: ["operator/src/**/*.ts", "tenant-runtime/src/**/*.ts"],
      exclude: [
        "**/*.test.ts",
        "**/*.generated.ts",
        "**/test/**",
        "**/testing/**",
        "**/billing/bench/**",
        "**/billing/oracle/**",
      ],
      reporter: ["text-summary", "html", "json-summary"],
      // Only what runs inside the tests' own process is counted. The runtime's server, lifecycle and migrations run as
      // real child processes in their tests, so the true figure is higher than what is asked for here.
      thresholds: { lines: 68 },
    },
  },
});
