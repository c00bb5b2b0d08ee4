import { AppError } from "../../platform/base/errors.ts";

const deepest = 16;
const mostValues = 10_000;

/**
 * Returns an error for JSON that is larger than any schema of this API needs: nested more than 16 deep, or more
 * than 10,000 values. Undefined for other JSON. Call it before any schema reads the JSON.
 */
export function wrongShape(root: unknown): AppError | undefined {
  let count = 0;
  // A list and not a recursion, because deep nesting would overflow the stack.
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
