import { enableCompileCache } from "node:module";
import type { Program } from "./program.ts";

/**
 * Loads a program and runs the command that the process's arguments name. Node.js keeps what it has compiled
 * for the next start: a command starts in a fifth of a second.
 */
export async function start(load: () => Promise<Program>): Promise<void> {
  enableCompileCache();
  const [{ runProgram }, program] = await Promise.all([import("./run-program.ts"), load()]);
  runProgram(program);
}
