import type { z } from "zod";
import type { ErrorDetail, RequestPart } from "./errors.ts";

// A body can have as many faults as it has entries: an answer larger than its question helps nobody.
const mostDetails = 50;
const longestField = 200;

/** A fault of a schema: where, empty for the whole, and what to write instead. */
export interface Fault {
  readonly field: string;
  readonly message: string;
}

/** A schema's faults, one per field and 50 at most. */
export function issueFaults(error: z.ZodError): Fault[] {
  const faults: Fault[] = [];
  for (const issue of error.issues) {
    for (const name of namesOf(issue)) {
      if (faults.length === mostDetails) return faults;
      faults.push({ field: pathText([...issue.path, ...name]), message: issue.message });
    }
  }
  return faults;
}

/** The same as details of an error, for what a client wrote in this part of a request. */
export function issueDetails(error: z.ZodError, part: RequestPart): ErrorDetail[] {
  return issueFaults(error).map(({ field, message }) => ({ in: part, field: field || part, message }));
}

function namesOf(issue: z.core.$ZodIssue): string[][] {
  return issue.code === "unrecognized_keys" ? issue.keys.map((key) => [key]) : [[]];
}

function pathText(path: readonly PropertyKey[]): string {
  const whole = path
    .filter((part) => part !== "")
    .map((part, index) => partText(part, index))
    .join("");
  return whole.length <= longestField ? whole : `${whole.slice(0, longestField).toWellFormed()}…`;
}

function partText(part: PropertyKey, index: number): string {
  if (typeof part === "number") return `[${part}]`;
  const name = String(part).slice(0, longestField);
  return index === 0 ? name : `.${name}`;
}
