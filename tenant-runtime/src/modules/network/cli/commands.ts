import type { Command } from "../../../cli/command.ts";
import { identity } from "./commands/identity.ts";
import { policy } from "./commands/policy.ts";

/** Every calculation that `npm run -s network -- <command>` offers. */
export const commands: readonly Command[] = [policy, identity];
