import { defineConfig } from "vitest/config";

/** Tests of the engines' shared code and of the frame of their command lines. They need no services. */
export default defineConfig({
  test: {
    name: "engines-base",
    dir: import.meta.dirname,
    include: ["**/*.test.ts"],
    maxWorkers: 1,
  },
});
