import type { z } from "zod";
import { explainIssue } from "./explain-issue.ts";
import { FileFault } from "./file-fault.ts";
import { issueFaults } from "./issue-faults.ts";

/**
 * Parses a value by a schema.
 * @param source the path of the file with the value, or `environment`
 * @throws FileFault with all faults in one line, each with its path and what to write
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
