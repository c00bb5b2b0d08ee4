import type { Program } from "../../base/cli/program.ts";
import { commands } from "./commands.ts";

/** What `npm run -s support` is. */
export const support: Program = {
  name: "support",
  notes: "Instants carry their offset; counts beyond 2^53 are decimals in strings.",
  commands,
};
