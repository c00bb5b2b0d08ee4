import type { Command } from "./command.ts";

/** Several commands under one name, such as `npm run -s billing -- <command>`. */
export interface Program {
  readonly name: string;
  /** What a reader of --help must know of every command's input and output. */
  readonly notes: string;
  readonly commands: readonly Command[];
  /** Codes of refusals that are no fault of the input, such as that nothing is left of what it asks for. */
  readonly outcomes?: readonly string[];
}
