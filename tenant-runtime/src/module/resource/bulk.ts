import { z } from "zod";
import { errorCode, errorDetail } from "../../http/message/envelope.ts";
import { AppError } from "../../platform/base/errors.ts";
import { list } from "../../platform/base/text.ts";
import type { Item } from "./collection.ts";

const mostItems = 100;

/** The body of a bulk operation: a bounded number of items of this schema. */
export function bulkBody<Schema extends z.ZodType>(item: Schema) {
  return z.strictObject({
    items: list(item, mostItems).refine(({ length }) => length > 0, "write at least 1 entry"),
  });
}

/** The result of one item, in the form of the answer to a request for a single item. */
export const bulkResult = z.object({
  status: z.int().describe("The status of the same request for this item alone"),
  resource: z.string().nullable().describe("The id of the new resource"),
  error: z
    .object({ code: errorCode, message: z.string(), details: z.array(errorDetail) })
    .nullable()
    .describe("The error that prevented it"),
});

/**
 * Runs each item separately, in order, and returns the result of each. A refused item does not stop the others. Any
 * other exception fails the whole request.
 */
export async function eachByItself<Given>(
  items: readonly Given[],
  run: (item: Given) => Promise<Item>,
): Promise<z.output<typeof bulkResult>[]> {
  const results: z.output<typeof bulkResult>[] = [];
  for (const item of items) results.push(await resultOf(() => run(item)));
  return results;
}

async function resultOf(run: () => Promise<Item>): Promise<z.output<typeof bulkResult>> {
  try {
    const { id } = await run();
    return { status: 201, resource: id, error: null };
  } catch (thrown) {
    if (!(thrown instanceof AppError)) throw thrown;
    const { status, code, message, details } = thrown;
    return { status, resource: null, error: { code, message, details: [...details] as never } };
  }
}
