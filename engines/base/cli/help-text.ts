import { z } from "zod";
import type { Command } from "./command.ts";
import { withOwnFields } from "./own-fields.ts";
import type { Program } from "./program.ts";

/** The list of a program's commands. */
export function overview({ name: program, notes, commands }: Program): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  return [
    `${program} <command>: reads one JSON object on standard input, prints one on standard output`,
    "",
    ...commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`),
    "",
    `${program} <command> --help shows the command's input. ${notes}`,
    "Bad input: exit 2, with every fault, its path and its correction.",
  ].join("\n");
}

/** The help of one command: its purpose, an example, and the schemas of its input and output. */
export function helpText(program: string, { name, summary, example, input, output }: Command): string {
  return [
    `${program} ${name}: ${summary}`,
    "",
    "Example of an input:",
    JSON.stringify(example, null, 2),
    "",
    "Schema of the input (JSON Schema 2020-12):",
    JSON.stringify(inputSchema(input, example), null, 2),
    "",
    "Schema of the output:",
    JSON.stringify(z.toJSONSchema(output), null, 2),
  ].join("\n");
}

/** The JSON Schema of the input, for editors and people. Where it depends on the input, it is that of the example. */
export function inputSchema(input: Command["input"], example: unknown): Record<string, unknown> {
  return withOwnFields(
    z.toJSONSchema(input(example), { io: "input", unrepresentable: "any", reused: "ref" }),
  );
}
