import type { z } from "zod";

/** One calculation as a program: a JSON object in, a JSON object out. */
export interface Command {
  readonly name: string;
  readonly summary: string;
  /** What the input must be; given the input, because one field may say how others are read. */
  input(given: unknown): z.ZodType;
  /** The JSON that it prints. */
  readonly output: z.ZodType;
  /** An input that works, shown by --help. */
  readonly example: Readonly<Record<string, unknown>>;
  run(input: unknown): unknown;
}

interface Definition<Schema extends z.ZodType> extends Omit<Command, "input" | "run"> {
  readonly input: Schema;
  run(input: z.output<Schema>): unknown;
}

/** A command whose input has one schema; keeps the type between that schema and `run`. */
export function command<Schema extends z.ZodType>({ input, run, ...rest }: Definition<Schema>): Command {
  return { ...rest, input: () => input, run: (given) => run(given as z.output<Schema>) };
}
