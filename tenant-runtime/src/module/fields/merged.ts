import type { z } from "zod";
import { explainIssue } from "../../../../process/files/explain-issue.ts";
import { AppError } from "../../platform/base/errors.ts";
import { issueDetails } from "../../platform/base/issue-details.ts";
import { mergePatch } from "./merge-patch.ts";

/**
 * Applies a merge patch to the present value and returns the result. Throws VALIDATION_ERROR if the schema refuses
 * it.
 */
export function merged<Whole extends z.ZodType>(
  whole: Whole,
  present: object,
  patch: unknown,
): z.output<Whole> {
  const result = whole.safeParse(mergePatch(present, patch), { error: explainIssue });
  if (result.success) return result.data;
  throw new AppError("VALIDATION_ERROR", { details: issueDetails(result.error, "body") });
}
