import type { Log } from "../../../../process/log.ts";
import { pauseUntilDue, retryMs } from "../base/queue-pause.ts";
import { WokenLoop } from "../base/woken-loop.ts";
import type { Database, Queries } from "../database/database.ts";
import { TooSlow } from "./attempt.ts";
import type { JobHandler } from "./job.ts";
import type { Waiting } from "./job-rows.ts";
import { type Look, takeJob } from "./take-job.ts";

/** `interrupted`: by a shutdown; the attempt does not count. */
export type Outcome = "done" | "failed" | "timed_out" | "dead" | "interrupted";

export interface JobWorkerOptions {
  readonly database: Database & Queries;
  readonly handlers: readonly JobHandler[];
  readonly log: Log;
  /** Receives the outcome of each attempt. */
  readonly attempted: (kind: string, outcome: Outcome) => void;
  /** Receives the state of the table after each check that found no due job. */
  readonly saw: (waiting: Waiting) => void;
  /** The longest interval between checks for jobs without an announcement. */
  readonly pollMs: () => number;
  /** The end of the job in progress at a shutdown; by default that of a pod that also serves the API. */
  readonly end?: JobEnd;
}

/** The times from a shutdown on. */
export interface JobEnd {
  /** The time for which the shutdown waits for the job in progress. */
  readonly waitMs: number;
  /** The time after which the job is interrupted, and due again at once. */
  readonly interruptMs: number;
}

// After three seconds the database waits for its open transactions. The shutdown gives up after ten.
const shortEnd: JobEnd = { waitMs: 3_000, interruptMs: 8_000 };

/**
 * Runs the tenant's jobs, one at a time in each pod, so that they take at most one of the pool's connections. A job
 * may be tried more than once, but its writes to the database are committed once.
 */
export class JobWorker {
  readonly #options: JobWorkerOptions;
  readonly #handlers: ReadonlyMap<string, JobHandler>;
  readonly #loop = new WokenLoop(() => this.#attempt());
  readonly #stop = new AbortController();

  constructor(options: JobWorkerOptions) {
    this.#options = options;
    this.#handlers = new Map(options.handlers.map((handler) => [handler.kind, handler]));
  }

  /** Checks for jobs now, or once more after the job in progress. */
  wake(): void {
    if (this.#handlers.size > 0) this.#loop.wake();
  }

  /** Checks within the present interval, unless a check is due sooner. */
  wakeWithinPoll(): void {
    if (this.#handlers.size > 0) this.#loop.wakeWithin(this.#options.pollMs());
  }

  /** Takes no further job, and waits for the one in progress. */
  stop(): Promise<void> {
    const { waitMs, interruptMs } = this.#options.end ?? shortEnd;
    setTimeout(() => this.#stop.abort(), interruptMs).unref();
    return this.#loop.stop(waitMs);
  }

  /** Returns the pause before the next check. */
  async #attempt(): Promise<number> {
    const { database, log, saw } = this.#options;
    try {
      const look = await takeJob(database, this.#handlers, { stop: this.#stop.signal });
      if (look.kind === "nothing") {
        saw(look);
        return this.#pauseUntil(look.dueInMs);
      }
      // There may be another job.
      this.#loop.wake();
      this.#tell(look);
      return retryMs;
    } catch (error) {
      log.warn("jobs cannot be done", { reason: (error as Error).message });
      return retryMs;
    }
  }

  #tell(look: Exclude<Look, { readonly kind: "nothing" }>): void {
    const { attempted, log } = this.#options;
    attempted(look.job, outcomeOf(look));
    if (look.kind !== "failed") return;
    const { job, givenUp, reason } = look;
    log.warn(givenUp ? "a job was given up" : "a job failed and will be tried again", { job, reason });
  }

  #pauseUntil(dueInMs: number | null): number {
    const longest = this.#options.pollMs();
    return dueInMs === null ? longest : pauseUntilDue(dueInMs, longest);
  }
}

function outcomeOf(look: Exclude<Look, { readonly kind: "nothing" }>): Outcome {
  if (look.kind === "left") return "interrupted";
  if (look.kind === "done") return "done";
  if (look.givenUp) return "dead";
  return look.error instanceof TooSlow ? "timed_out" : "failed";
}
