import type { Command } from "../../base/cli/command.ts";

/** Loads one command of `commands.ts` without the others, for a faster start. */
export const singleCommand: Readonly<Record<string, () => Promise<Command>>> = {
  sla: async () => (await import("./commands/sla.ts")).sla,
  worktime: async () => (await import("./commands/worktime.ts")).worktime,
};
