import type { Program } from "../../base/cli/program.ts";
import { about } from "./about.ts";
import { commands } from "./commands.ts";

/** The program of `npm run -s network`. */
export const network: Program = { ...about, commands };
