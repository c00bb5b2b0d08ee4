import type { Program } from "../../base/cli/program.ts";
import { about } from "./about.ts";
import { commands } from "./commands.ts";

/** The program of `npm run -s support`. */
export const support: Program = { ...about, commands };
