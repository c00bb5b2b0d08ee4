import { setTimeout as pause } from "node:timers/promises";

/** The longest time for which work is repeated without its lock, and the pause that lets waiting sessions proceed. */
const patienceMs = 60_000;
const pauseMs = 500;

/**
 * Runs `work`, one transaction with a short lock timeout, and repeats it while another session holds a lock that it
 * needs. Each attempt waits only briefly, because later sessions queue behind it (docs/decisions/0027). `work` gets the
 * number of failed attempts.
 */
export async function repeatWhileLocked<Result>(work: (failed: number) => Promise<Result>): Promise<Result> {
  const end = performance.now() + patienceMs;
  for (let failed = 0; ; failed += 1) {
    try {
      return await work(failed);
    } catch (error) {
      if (!isLockTimeout(error) || performance.now() > end) throw error;
      await pause(pauseMs);
    }
  }
}

/** Whether the error, or one of its causes, is lock_not_available. */
function isLockTimeout(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return ("code" in error && error.code === "55P03") || isLockTimeout(error.cause);
}
