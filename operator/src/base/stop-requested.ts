import type { Logger } from "../../../process/log.ts";

/** A signal that the first SIGTERM or SIGINT aborts. A second one ends the process at once. */
export function stopRequested(log: Logger): AbortSignal {
  const stop = new AbortController();
  const request = (signal: NodeJS.Signals) => {
    if (stop.signal.aborted) process.exit(130);
    log.info("stopping", { signal });
    stop.abort();
  };
  process.on("SIGTERM", request);
  process.on("SIGINT", request);
  return stop.signal;
}
