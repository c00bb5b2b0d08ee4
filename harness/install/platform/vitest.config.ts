import { defineProject } from "vitest/config";

/** What the shared services promise on a cluster: after everything else, because it restarts them. */
export default defineProject({
  test: {
    name: "platform",
    include: ["*.test.ts"],
    testTimeout: 180_000,
    hookTimeout: 300_000,
    sequence: { groupOrder: 2 },
  },
});
