import { commands } from "../cli/commands.ts";
import { runCommand } from "../cli/run-command.ts";

/** The JSON that a command prints for an input, or its faults as `path: message`. */
// biome-ignore lint/suspicious/noExplicitAny: a test reads whatever JSON came out
export function run(name: string, input: unknown): any {
  const command = commands.find((one) => one.name === name);
  if (command === undefined) throw new Error(`no command ${name}`);
  const answer = runCommand(command, JSON.stringify(input));
  if (answer.kind === "refused") {
    return { faults: answer.faults.map(({ path, message }) => `${path}: ${message}`) };
  }
  return JSON.parse(JSON.stringify(answer.output));
}
