import type { Command } from "../../../cli/command.ts";

/** Every calculation that `npm run -s support -- <command>` offers. */
export const commands: readonly Command[] = [];
