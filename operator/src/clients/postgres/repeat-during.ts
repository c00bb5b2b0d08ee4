import { setTimeout as pause } from "node:timers/promises";

/** Milliseconds. */
const period = 20;

/** Repeats `action` until `work` has ended, which alone decides on the result. */
export async function repeatDuring<Result>(
  work: Promise<Result>,
  action: () => Promise<unknown>,
): Promise<Result> {
  const ending = new AbortController();
  const end = work.finally(() => ending.abort());
  const repeated = async () => {
    while (!ending.signal.aborted) {
      await action();
      await pause(period);
    }
  };
  await Promise.allSettled([end, repeated()]);
  return end;
}
