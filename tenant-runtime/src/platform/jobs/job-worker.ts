import type { Log } from "../../../../process/log.ts";
import { WokenLoop } from "../base/woken-loop.ts";
import type { Database } from "../database/database.ts";
import type { JobHandler } from "./job.ts";
import { takeJob } from "./take-job.ts";

export interface JobWorkerOptions {
  readonly database: Database;
  readonly handlers: readonly JobHandler[];
  readonly log: Log;
  /** The interval between checks for jobs without an announcement. Default 30 s. */
  readonly pollMs?: number;
}

const pollMs = 30_000;
// The wait after a job's first failure.
const retryMs = 5_000;
// The shortest pause before a job that is due soon.
const shortestMs = 500;

/**
 * Runs the tenant's jobs, one at a time in each pod, so that they take at most one of the pool's connections. A job
 * may be tried more than once, but its writes to the database are committed once.
 */
export class JobWorker {
  readonly #options: JobWorkerOptions;
  readonly #handlers: ReadonlyMap<string, JobHandler>;
  readonly #loop = new WokenLoop(() => this.#attempt());

  constructor(options: JobWorkerOptions) {
    this.#options = options;
    this.#handlers = new Map(options.handlers.map((handler) => [handler.kind, handler]));
  }

  /** Checks for jobs now, or once more after the job in progress. */
  wake(): void {
    if (this.#handlers.size > 0) this.#loop.wake();
  }

  /** Waits at most three seconds for the job in progress. Another pod repeats an interrupted job. */
  stop(): Promise<void> {
    return this.#loop.stop();
  }

  /** Returns the pause before the next check. */
  async #attempt(): Promise<number> {
    const { database, log } = this.#options;
    try {
      const look = await takeJob(database, this.#handlers);
      if (look.kind === "nothing") return this.#pauseUntil(look.dueInMs);
      // There may be another job.
      this.#loop.wake();
      if (look.kind === "failed") {
        const { job, givenUp, error } = look;
        log.warn(givenUp ? "A job was given up." : "A job failed and will be tried again.", {
          job,
          reason: error.name,
        });
      }
      return retryMs;
    } catch (error) {
      log.warn("jobs cannot be done", { reason: (error as Error).message });
      return retryMs;
    }
  }

  #pauseUntil(dueInMs: number | undefined): number {
    const longest = this.#options.pollMs ?? pollMs;
    if (dueInMs === undefined) return longest;
    // Another pod holds a due job. It may have died.
    if (dueInMs <= 0) return Math.min(longest, retryMs);
    return Math.min(longest, Math.max(shortestMs, dueInMs));
  }
}
