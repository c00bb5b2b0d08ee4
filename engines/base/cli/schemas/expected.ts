import type { z } from "zod";
import { visible } from "../../src/quoted.ts";

/** An error message with the expected form, the found value and the text to write. */
export function expected(what: string): (issue: z.core.$ZodRawIssue) => string {
  return ({ input }) => `expected ${what}; found ${found(input)}: write ${what}`;
}

/** A value in a form that its author recognises. */
export function found(input: unknown): string {
  if (input === undefined) return "nothing";
  const text = JSON.stringify(typeof input === "string" ? input.slice(0, 80) : input) ?? typeof input;
  return visible(text.length > 60 ? `${text.slice(0, 57)}...` : text);
}
