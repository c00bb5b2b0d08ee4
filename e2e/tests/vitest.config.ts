import { defineProject } from "vitest/config";

/** What can only be seen on a cluster: after all else, and one file at a time, for they share it. */
export default defineProject({
  test: {
    name: "cluster",
    include: ["**/*.test.ts"],
    fileParallelism: false,
    sequence: { groupOrder: 1 },
    // Pods come and go in seconds here, in more on a busy machine; every wait has a shorter limit of its own.
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
});
