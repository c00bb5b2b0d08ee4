import { workerShutdown } from "../../../../contract/pod-role.ts";
import type { Config } from "../../platform/files/config.ts";
import type { Base } from "./base.ts";
import type { StateMachine } from "./state-machine.ts";

export interface ShutdownOptions {
  readonly base: Base;
  readonly machine: StateMachine;
  /** Aborts the wait for callers to notice. */
  readonly hurry: AbortController;
  readonly exit: (code: number) => void;
}

const marginSeconds = 10;

/**
 * Handles the signals that end a process. SIGTERM, sent by the platform, shuts down in the order of the releasers; a
 * second one changes nothing. SIGINT, sent by a person, does not wait for callers to notice; a second one ends the
 * process at once.
 */
export function followSignals(options: ShutdownOptions): void {
  const { base, machine, hurry, exit } = options;
  process.on("SIGTERM", () => {
    if (machine.can("ShuttingDown")) void shutDown(options, "SIGTERM");
    else base.log.info("shutting down already", { signal: "SIGTERM" });
  });
  process.on("SIGINT", () => {
    if (hurry.signal.aborted) exit(130);
    hurry.abort();
    if (machine.can("ShuttingDown")) void shutDown(options, "SIGINT");
  });
}

/** The longest duration of a shutdown. A worker has no requests, and a job in progress gets its whole time. */
function secondsOf({ role, shutdown }: Config): number {
  if (role !== "worker") return shutdown.lameDuckSeconds + shutdown.requestGraceSeconds + marginSeconds;
  const { jobSeconds, statementSeconds, closeSeconds } = workerShutdown;
  return jobSeconds + statementSeconds + closeSeconds;
}

async function shutDown({ base, machine, exit }: ShutdownOptions, signal: string): Promise<void> {
  const { log, releasers, config } = base;
  machine.enter("ShuttingDown");
  log.info("shutting down", { signal });
  const limitSeconds = secondsOf(config);
  setTimeout(() => {
    log.error("the shutdown hangs; giving up", { at: releasers.top, after_seconds: limitSeconds });
    exit(1);
  }, limitSeconds * 1000).unref();
  await releasers.run();
  machine.enter("Exited");
  exit(0);
}
