import { setTimeout as delay } from "node:timers/promises";

export interface Readiness {
  readonly seconds: number;
  ready(): Promise<unknown>;
  /** The exit code or signal of the server; undefined while it runs. */
  ended(): Promise<number | string | undefined>;
}

/** Waits until the server is ready. Throws when it ends before, or after the time limit, with the last reason. */
export async function untilReady({ seconds, ready, ended }: Readiness): Promise<void> {
  const deadline = Date.now() + seconds * 1_000;
  let reason: unknown = "it was never asked";
  while (Date.now() < deadline) {
    const end = await ended();
    if (end !== undefined) throw new Error(`it exited with ${end}`);
    try {
      await ready();
      return;
    } catch (error) {
      reason = error;
    }
    await delay(50);
  }
  throw new Error(`it was not ready within ${seconds} s: ${String(reason)}`, { cause: reason });
}

/** The part of a log that explains a failed start. */
export function lastLines(log: string): string {
  return log.trimEnd().split("\n").slice(-20).join("\n");
}
