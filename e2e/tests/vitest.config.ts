import { defineProject } from "vitest/config";

/** Tests that need a cluster. They run last, one file at a time, because they share it. */
export default defineProject({
  test: {
    name: "cluster",
    include: ["**/*.test.ts"],
    globalSetup: ["testing/delete-shared-tenants.ts"],
    fileParallelism: false,
    sequence: { groupOrder: 1 },
    // Pods start and end in seconds here, slower on a busy machine. Every wait has its own shorter limit.
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
});
