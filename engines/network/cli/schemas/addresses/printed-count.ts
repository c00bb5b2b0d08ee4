import { z } from "zod";

/** A count: a number if JSON can hold it exactly, else decimals in a string. */
export const countSchema = z.union([z.int(), z.string().regex(/^\d+$/)]);

/** A count in the form of `countSchema`. */
export function printedCount(count: bigint): number | string {
  return count <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(count) : count.toString();
}
