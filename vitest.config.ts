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
      exclude: ["**/*.test.ts", "**/*.generated.ts", "**/test/**", "**/testing/**"],
      reporter: ["text-summary", "html", "json-summary"],
      thresholds: { lines: 80 },
    },
  },
});
