import type { Answer } from "../../../harness/demo/isp-client.ts";

/** Sends requests on a few lanes, each as soon as its last answer has come, and counts the answers. */
export function keepAsking(ask: () => Promise<Answer>, lanes = 4) {
  const statuses: Record<string, number> = {};
  const waiters: { left: number; resolve: () => void }[] = [];
  let going = true;
  const lane = async () => {
    while (going) {
      const outcome = await ask().then(
        (answer) => String(answer.status),
        (error: Error & { code?: string }) => `no answer: ${error.code ?? error.message}`,
      );
      statuses[outcome] = (statuses[outcome] ?? 0) + 1;
      for (const waiter of waiters) if (--waiter.left === 0) waiter.resolve();
    }
  };
  const running = Array.from({ length: lanes }, lane);
  return {
    /** Number of answers by status. */
    statuses: statuses as Readonly<Record<string, number>>,
    /** Resolves after this many more answers. */
    answered: (count: number) => new Promise<void>((resolve) => waiters.push({ left: count, resolve })),
    stop: async () => {
      going = false;
      await Promise.all(running);
    },
  };
}
