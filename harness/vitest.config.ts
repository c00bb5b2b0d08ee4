import { defineProject } from "vitest/config";

/** Tests of the harness itself. Those that need a cluster are in tests/. */
export default defineProject({
  test: { name: "harness", include: ["**/*.test.ts"], exclude: ["services/**", "install/platform/**"] },
});
