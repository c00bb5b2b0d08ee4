import type { Program } from "./program.ts";
import type { Answer } from "./run-command.ts";

/** The code of a refusal: an outcome that the program names, otherwise an invalid input. */
export function refusalCode({ outcomes = [] }: Pick<Program, "outcomes">, answer: Answer): string {
  const code = answer.kind === "refused" ? answer.code : undefined;
  return code !== undefined && outcomes.includes(code) ? code : "INVALID_INPUT";
}
