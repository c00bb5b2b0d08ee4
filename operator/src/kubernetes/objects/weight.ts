/**
 * Limit of the nesting, which ends the recursion. Deeper values count as too heavy. No Kubernetes object is as deep.
 */
const deepest = 64;

/**
 * Whether plain JSON takes more than about `limit` bytes of memory. It stops counting at the limit, which bounds the
 * cost for heavy values.
 */
export function weighsMoreThan(value: unknown, limit: number): boolean {
  return remainder(value, limit, 0) < 0;
}

/** `budget` minus the weight of `value`; negative when the budget is exceeded. */
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
