import type { Program } from "./program.ts";
import type { Answer } from "./run-command.ts";

/** The code of a refusal: that of an outcome which the program names, otherwise that the input is wrong. */
export function refusalCode({ outcomes = [] }: Pick<Program, "outcomes">, answer: Answer): string {
  const code = answer.kind === "refused" ? answer.code : undefined;
  return code !== undefined && outcomes.includes(code) ? code : "INVALID_INPUT";
}
