import type { z } from "zod";

/** One fault in an input: its path, and what to write instead. */
export interface FieldFault {
  readonly field: string;
  readonly message: string;
}

// A body can have a fault in every entry. A limit keeps the answer useful.
export const mostFaults = 50;
export const longestField = 200;

/** A schema's faults, one per field and at most 50. The field is empty for the whole input. */
export function issueFaults(error: z.ZodError): FieldFault[] {
  const faults: FieldFault[] = [];
  for (const issue of error.issues) {
    for (const name of namesOf(issue)) {
      if (faults.length === mostFaults) return faults;
      faults.push({ field: pathText([...issue.path, ...name]), message: issue.message });
    }
  }
  return faults;
}

function namesOf(issue: z.core.$ZodIssue): string[][] {
  return issue.code === "unrecognized_keys" ? issue.keys.map((key) => [key]) : [[]];
}

/** A path as people write it, `serviceAddress.city` or `items[2].id`, of at most 200 characters. */
export function pathText(path: readonly PropertyKey[]): string {
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
