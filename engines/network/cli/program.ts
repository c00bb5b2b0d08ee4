import type { Program } from "../../base/cli/program.ts";
import { commands } from "./commands.ts";

/** What `npm run -s network` is. */
export const network: Program = {
  name: "network",
  notes: "Instants carry their offset; counts beyond 2^53 are decimals in strings.",
  commands,
  outcomes: ["SPACE_EXHAUSTED"],
};
