import { z } from "zod";

/** A count: a number while it is exact as one, decimals in a string beyond. */
export const countSchema = z.union([z.int(), z.string().regex(/^\d+$/)]);

/** A count as `countSchema` has it. */
export function printedCount(count: bigint): number | string {
  return count <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(count) : count.toString();
}
