import { defineProject } from "vitest/config";

/** Tests of the shared services on a cluster. They run last, because they restart the services. */
export default defineProject({
  test: {
    name: "platform",
    include: ["*.test.ts"],
    testTimeout: 180_000,
    hookTimeout: 300_000,
    sequence: { groupOrder: 2 },
  },
});
