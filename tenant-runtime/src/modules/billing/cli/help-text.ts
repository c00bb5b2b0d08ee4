import { z } from "zod";
import { Currency } from "../engine/money/currency.ts";
import type { Command } from "./command.ts";

/** The list of commands. */
export function overview(commands: readonly Command[]): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  return [
    "billing <command>: reads one JSON object on standard input, prints one on standard output",
    "",
    ...commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`),
    "",
    "billing <command> --help shows the command's input. Amounts, rates and quantities are decimals in",
    'strings: "59.90". Bad input: exit 2, with every fault, its path and what to write instead.',
  ].join("\n");
}

/** One command: what it does, an example, and the schemas of its input and output. */
export function helpText({ name, summary, example, input, output }: Command): string {
  return [
    `billing ${name}: ${summary}`,
    "",
    "Example of an input:",
    JSON.stringify(example, null, 2),
    "",
    "Schema of the input (JSON Schema 2020-12; amounts shown for EUR):",
    JSON.stringify(inputSchema(input), null, 2),
    "",
    "Schema of the output:",
    JSON.stringify(z.toJSONSchema(output), null, 2),
  ].join("\n");
}

/** What a person or an editor can check an input against. */
export function inputSchema(input: Command["input"]): unknown {
  return z.toJSONSchema(input(Currency.of("EUR")), { io: "input", unrepresentable: "any" });
}
