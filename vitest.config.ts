import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: [
      "*/vitest.config.ts",
      "{charts,e2e,harness}/*/vitest.config.ts",
      "harness/install/*/vitest.config.ts",
      "engines/*/vitest.config.ts",
    ],
    reporters: ["default", "./harness/closing-line.ts"],
    coverage: {
      provider: "v8",
      // The runtime and its migrations run as programs of their own in their tests.
      autoAttachSubprocess: true,
      // Relative to the repository, and to a workspace when only that is tested.
      include: [
        "{operator,tenant-runtime}/src/**/*.ts",
        "engines/*/{cli,src}/**/*.ts",
        "process/**/*.ts",
        "src/**/*.ts",
      ],
      exclude: ["**/*.test.ts", "**/*.generated.ts", "**/test/**", "**/testing/**"],
      reporter: ["text-summary", "html", "json-summary"],
    },
  },
});
