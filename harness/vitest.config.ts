import { defineProject } from "vitest/config";

/** The harness itself; what needs a cluster is in tests/. */
export default defineProject({
  test: { name: "harness", include: ["{cluster,scan}/**/*.test.ts", "*.test.ts"] },
});
