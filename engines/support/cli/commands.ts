import type { Command } from "../../base/cli/command.ts";
import { sla } from "./commands/sla.ts";
import { worktime } from "./commands/worktime.ts";

/** Every calculation that `npm run -s support -- <command>` offers. */
export const commands: readonly Command[] = [sla, worktime];
