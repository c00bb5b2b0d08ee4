import { defineConfig } from "vitest/config";

/** Dates and zones. The tests need no services. */
export default defineConfig({
  test: {
    name: "calendar",
    dir: import.meta.dirname,
    include: ["**/*.test.ts"],
    maxWorkers: 1,
  },
});
