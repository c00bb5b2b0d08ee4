import type { Milliseconds, TimerClock } from "../../../process/clock.ts";

/** Resolves after `delay`, or as soon as the signal is aborted. Never rejects. */
export function pause(clock: TimerClock, delay: Milliseconds, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const finish = () => {
      cancel();
      signal.removeEventListener("abort", finish);
      resolve();
    };
    const cancel = clock.after(delay, finish);
    signal.addEventListener("abort", finish, { once: true });
  });
}
