import type { Command } from "./command.ts";

/** Several commands under one name, such as `npm run -s billing -- <command>`. */
export interface Program {
  readonly name: string;
  /** Notes for --help that apply to every command's input and output. */
  readonly notes: string;
  readonly commands: readonly Command[];
  /** Codes of refusals that are no fault of the input, for example that the requested amount is exhausted. */
  readonly outcomes?: readonly string[];
}
