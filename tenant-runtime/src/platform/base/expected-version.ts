import { AppError } from "./errors.ts";

/** The versions that a caller accepts to change: a list of entity tags, any existing one (`*`), or none that exists. */
export type ExpectedVersion = "any" | "none" | readonly string[];

/** Throws PRECONDITION_FAILED unless the caller expects the resource's current version. */
export function requireVersion(expected: ExpectedVersion | undefined, current: string): void {
  if (expected === undefined || expected === "any" || expected.includes(current)) return;
  if (expected === "none") {
    const message = "leave it out: the resource is there";
    throw new AppError("PRECONDITION_FAILED", {
      details: [{ in: "header", field: "If-None-Match", message }],
    });
  }
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
