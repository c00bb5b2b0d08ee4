import { AppError } from "./errors.ts";

/** The versions a caller is ready to change: a list of entity tags, or any that exists (`*`). */
export type ExpectedVersion = "any" | readonly string[];

/** Throws PRECONDITION_FAILED unless the resource is still at a version that the caller expects. */
export function requireVersion(expected: ExpectedVersion | undefined, current: string): void {
  if (expected === undefined || expected === "any" || expected.includes(current)) return;
  throw new AppError("PRECONDITION_FAILED", {
    details: [
      {
        in: "header",
        field: "If-Match",
        message: `the current version is "${current}": read it again first`,
      },
    ],
  });
}
