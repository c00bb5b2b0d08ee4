import type { Program } from "../program.ts";
import { runCommand } from "../run-command.ts";

/** The JSON that a command prints for an input, or `{faults}`, each as `path: message`. */
// biome-ignore lint/suspicious/noExplicitAny: a test reads any JSON
export function run(program: Program, name: string, input: unknown): any {
  const command = program.commands.find((one) => one.name === name);
  if (command === undefined) throw new Error(`no command ${name}`);
  const answer = runCommand(command, JSON.stringify(input) ?? "");
  if (answer.kind === "refused") {
    return { faults: answer.faults.map(({ path, message }) => `${path}: ${message}`) };
  }
  return JSON.parse(JSON.stringify(answer.output));
}
