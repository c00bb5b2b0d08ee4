import { AppError } from "../../platform/base/errors.ts";

const deepest = 16;
const mostValues = 10_000;

/**
 * Why JSON is more than any schema of this API needs, to be asked before one looks at it: nested more than 16 deep, or
 * of more than 10,000 values. Undefined when it is not.
 */
export function wrongShape(root: unknown): AppError | undefined {
  let count = 0;
  // A list and not a recursion: what is nested deep enough would overflow the stack.
  let level: unknown[] = [root];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > deepest) return refusal(`nest objects and lists at most ${deepest} deep`);
    count += level.length;
    if (count > mostValues) return refusal(`write at most ${mostValues} values at once`);
    level = level.flatMap(childrenOf);
  }
  return undefined;
}

function childrenOf(value: unknown): unknown[] {
  return typeof value === "object" && value !== null ? Object.values(value) : [];
}

function refusal(message: string): AppError {
  return new AppError("INVALID_REQUEST", { details: [{ in: "body", field: "body", message }] });
}
