import type { z } from "zod";
import { explainIssue } from "./explain-issue.ts";
import { FileFault } from "./file-fault.ts";
import { issueFaults } from "./issue-faults.ts";

/**
 * The value as the schema gives it.
 * @param source the path of the file that it comes from, or `environment`
 * @throws FileFault with every fault in one line, each with its path and what to write
 */
export function parsedBy<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  source: string,
): z.output<Schema> {
  const result = schema.safeParse(value, { error: explainIssue });
  if (result.success) return result.data;
  const faults = issueFaults(result.error).map(
    ({ field, message }) => `${field || "(the file)"}: ${message}`,
  );
  throw new FileFault(`${source}: ${faults.join("; ")}`);
}
