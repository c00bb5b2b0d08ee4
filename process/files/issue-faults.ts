import type { z } from "zod";

/** One fault in an input: where, and what to write instead. */
export interface FieldFault {
  readonly field: string;
  readonly message: string;
}

// A body can have as many faults as it has entries: an answer larger than its question helps nobody.
const mostDetails = 50;
const longestField = 200;

/** A schema's faults, one per field and 50 at most; the field is empty for the whole. */
export function issueFaults(error: z.ZodError): FieldFault[] {
  const faults: FieldFault[] = [];
  for (const issue of error.issues) {
    for (const name of namesOf(issue)) {
      if (faults.length === mostDetails) return faults;
      faults.push({ field: pathText([...issue.path, ...name]), message: issue.message });
    }
  }
  return faults;
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
