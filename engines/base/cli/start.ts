import { enableCompileCache } from "node:module";
import type { Command } from "./command.ts";
import type { Program } from "./program.ts";

/**
 * Loads the command that the process's arguments name, or all where they name none, and runs the program. Node.js caches
 * the compiled code for the next start, so a command starts in a fifth of a second.
 */
export async function start(
  about: Omit<Program, "commands">,
  singleCommand: Readonly<Record<string, () => Promise<Command>>>,
  allCommands: () => Promise<readonly Command[]>,
): Promise<void> {
  enableCompileCache();
  const name = process.argv[2] ?? "";
  const load = Object.hasOwn(singleCommand, name) ? singleCommand[name] : undefined;
  const [{ runProgram }, commands] = await Promise.all([
    import("./run-program.ts"),
    load === undefined ? allCommands() : load().then((command) => [command]),
  ]);
  runProgram({ ...about, commands });
}
