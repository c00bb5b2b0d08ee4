import { defineProject } from "vitest/config";

/** The harness itself; what needs a cluster is in tests/. */
export default defineProject({
  test: { name: "harness", include: ["**/*.test.ts"], exclude: ["services/**", "install/platform/**"] },
});
