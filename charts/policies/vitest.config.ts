import { defineProject } from "vitest/config";

/** Tables over rendered objects: no server is needed. */
export default defineProject({ test: { name: "policies", include: ["*.test.ts"], hookTimeout: 600_000 } });
