/**
 * Waits until `condition` returns something other than undefined, null or false, and returns that. It calls the
 * condition with a short timer. The error holds the last value.
 * @throws Error after `limit` milliseconds
 */
export async function eventually<T>(
  what: string,
  condition: () => T | Promise<T>,
  limit = 20_000,
): Promise<NonNullable<T>> {
  const deadline = performance.now() + limit;
  for (;;) {
    const value = await condition();
    if (value !== undefined && value !== null && value !== false) return value;
    if (performance.now() > deadline) throw new Error(`waited ${limit} ms without success until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
