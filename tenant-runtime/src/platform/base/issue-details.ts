import type { z } from "zod";
import { issueFaults } from "../../../../process/files/issue-faults.ts";
import type { ErrorDetail, RequestPart } from "./errors.ts";

/** Converts a schema's faults in this part of a request to details of an error. */
export function issueDetails(error: z.ZodError, part: RequestPart): ErrorDetail[] {
  return issueFaults(error).map(({ field, message }) => ({ in: part, field: field || part, message }));
}
