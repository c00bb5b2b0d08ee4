import type { z } from "zod";
import { issueFaults } from "../../../../process/files/issue-faults.ts";
import type { ErrorDetail, RequestPart } from "./errors.ts";

/** A schema's faults as details of an error, for what a client wrote in this part of a request. */
export function issueDetails(error: z.ZodError, part: RequestPart): ErrorDetail[] {
  return issueFaults(error).map(({ field, message }) => ({ in: part, field: field || part, message }));
}
