import type { z } from "zod";
import type { ErrorDetail } from "../errors.ts";

/** A schema's faults, one per field, with the field's path below `root`. */
export function issueDetails(error: z.ZodError, root: string): ErrorDetail[] {
  return error.issues.flatMap((issue) =>
    namesOf(issue).map((name) => ({
      field: pathText([root, ...issue.path, ...name]),
      message: issue.message,
    })),
  );
}

function namesOf(issue: z.core.$ZodIssue): string[][] {
  return issue.code === "unrecognized_keys" ? issue.keys.map((key) => [key]) : [[]];
}

function pathText(path: readonly PropertyKey[]): string {
  return path
    .filter((part) => part !== "")
    .map((part, index) =>
      typeof part === "number" ? `[${part}]` : `${index === 0 ? "" : "."}${String(part)}`,
    )
    .join("");
}
