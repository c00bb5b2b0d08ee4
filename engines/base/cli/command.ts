import type { z } from "zod";

/** A calculation as a command: it reads a JSON object and prints a JSON object. */
export interface Command {
  readonly name: string;
  readonly summary: string;
  /** The schema of the input. It takes the input, because one field may decide how others are read. */
  input(given: unknown): z.ZodType;
  /** The schema of the printed JSON. */
  readonly output: z.ZodType;
  /** A valid input, shown by --help. */
  readonly example: Readonly<Record<string, unknown>>;
  run(input: unknown): unknown;
}

interface Definition<Schema extends z.ZodType> extends Omit<Command, "input" | "run"> {
  readonly input: Schema;
  run(input: z.output<Schema>): unknown;
}

/** A command whose input has one schema. It keeps the type between that schema and `run`. */
export function command<Schema extends z.ZodType>({ input, run, ...rest }: Definition<Schema>): Command {
  return { ...rest, input: () => input, run: (given) => run(given as z.output<Schema>) };
}
