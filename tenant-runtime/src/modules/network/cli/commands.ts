import type { Command } from "../../../cli/command.ts";

/** Every calculation that `npm run -s network -- <command>` offers. */
export const commands: readonly Command[] = [];
