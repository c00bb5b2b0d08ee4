import { defineConfig } from "vitest/config";

/** What the engines share, and the frame of their command lines. The tests need no services. */
export default defineConfig({
  test: {
    name: "engines-base",
    dir: import.meta.dirname,
    include: ["**/*.test.ts"],
    maxWorkers: 1,
  },
});
