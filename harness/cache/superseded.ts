import type { CacheEntry } from "./entries-of.ts";

/** The entries not used since `before`, except the last two of each name, because a checkout may go back to one. */
export function superseded(entries: readonly CacheEntry[], before: Date): CacheEntry[] {
  const byName = Map.groupBy(
    entries.filter(({ version }) => version !== undefined),
    ({ version }) => version?.name,
  );
  return [...byName.values()].flatMap((versions) =>
    versions
      .toSorted((one, other) => other.usedAt.getTime() - one.usedAt.getTime())
      .slice(2)
      .filter(({ usedAt }) => usedAt < before),
  );
}
