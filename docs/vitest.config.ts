import { defineProject } from "vitest/config";

// The tests read all sources of the repository, which takes several seconds on a busy machine.
export default defineProject({ test: { name: "docs", include: ["*.test.ts"], testTimeout: 60_000 } });
