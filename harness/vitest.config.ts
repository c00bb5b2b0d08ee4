import { defineProject } from "vitest/config";

/** Tests of the harness itself. Those of its servers and of a cluster have projects of their own. */
export default defineProject({
  test: {
    name: "harness",
    include: ["**/*.test.ts"],
    exclude: ["services/**", "install/platform/**"],
    // Tests run programs such as npm, which take seconds on a busy machine.
    testTimeout: 60_000,
  },
});
