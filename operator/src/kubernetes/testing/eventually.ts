/**
 * Waits until `condition` gives something other than undefined, null or false, and gives that. It looks
 * again with every turn of a short timer; what it gave last is in the error.
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
    if (performance.now() > deadline) throw new Error(`waited ${limit} ms in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
