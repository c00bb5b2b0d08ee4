import type { z } from "zod";
import type { Currency } from "../engine/money/currency.ts";

/** One calculation as a program: a JSON object in, a JSON object out. */
export interface Command<Schema extends z.ZodType = z.ZodType> {
  readonly name: string;
  readonly summary: string;
  /** The input in one currency, which the other amounts are read in. */
  input(money: Currency): Schema;
  /** The JSON that it prints. */
  readonly output: z.ZodType;
  /** An input that works, shown by --help. */
  readonly example: Readonly<Record<string, unknown>>;
  run(input: z.output<Schema>): unknown;
}

/** Keeps the type of a command's input between its schema and its run. */
export function command<Schema extends z.ZodType>(definition: Command<Schema>): Command {
  return definition as unknown as Command;
}
