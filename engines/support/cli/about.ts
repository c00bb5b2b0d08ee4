import type { Program } from "../../base/cli/program.ts";

/** The program of `npm run -s support`, without its commands. */
export const about: Omit<Program, "commands"> = {
  name: "support",
  notes: "Instants carry their offset; counts beyond 2^53 are decimals in strings.",
};
