import type { Command } from "../../base/cli/command.ts";
import { sla } from "./commands/sla.ts";
import { worktime } from "./commands/worktime.ts";

/** Every command of `npm run -s support -- <command>`. */
export const commands: readonly Command[] = [sla, worktime];
