import { defineProject } from "vitest/config";

/** Tests on rendered objects. They need no server. */
export default defineProject({
  test: { name: "policies", include: ["*.test.ts"], testTimeout: 60_000, hookTimeout: 600_000 },
});
