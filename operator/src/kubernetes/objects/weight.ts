/** A value that is nested deeper counts as too heavy. No object of Kubernetes is, and the recursion ends here. */
const deepest = 64;

/**
 * Whether plain JSON takes more than about `limit` bytes of memory. It stops counting at the limit, so that it costs
 * no more for a heavy value.
 */
export function weighsMoreThan(value: unknown, limit: number): boolean {
  return remainder(value, limit, 0) < 0;
}

/** What is left of `budget` after `value`, negative when it is not enough. */
function remainder(value: unknown, budget: number, depth: number): number {
  if (typeof value === "string") return budget - 16 - value.length;
  if (typeof value !== "object" || value === null) return budget - 8;
  if (depth >= deepest) return -1;
  let left = budget - 16;
  for (const key in value) {
    if (left < 0) return left;
    left = remainder((value as Record<string, unknown>)[key], left - 16 - key.length, depth + 1);
  }
  return left;
}
