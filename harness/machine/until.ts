import { setTimeout as delay } from "node:timers/promises";

/**
 * Repeats the question until the answer is not undefined.
 * @throws an Error that names the awaited condition, with the last failure as its cause.
 */
export async function until<T>(
  what: string,
  ask: () => Promise<T | undefined> | T | undefined,
  { seconds = 60, everyMs = 100 }: { seconds?: number; everyMs?: number } = {},
): Promise<T> {
  const deadline = Date.now() + seconds * 1000;
  let cause: unknown;
  while (Date.now() < deadline) {
    try {
      const answer = await ask();
      if (answer !== undefined) return answer;
    } catch (error) {
      if (error instanceof Hopeless) throw error;
      cause = error;
    }
    await delay(everyMs);
  }
  throw new Error(`Waited ${seconds} s for ${what} without success.`, { cause });
}

/** Thrown during a wait that can no longer succeed. */
export class Hopeless extends Error {}
