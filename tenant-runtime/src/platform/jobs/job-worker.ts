import type { Log } from "../../../../process/log.ts";
import { WokenLoop } from "../base/woken-loop.ts";
import type { Database } from "../database/database.ts";
import type { JobHandler } from "./job.ts";
import { takeJob } from "./take-job.ts";

export interface JobWorkerOptions {
  readonly database: Database;
  readonly handlers: readonly JobHandler[];
  readonly log: Log;
  /** How often it looks for jobs that nobody told it of. Default 30 s. */
  readonly pollMs?: number;
}

const pollMs = 30_000;
// The first job that failed waits this long.
const retryMs = 5_000;

/**
 * Does the tenant's jobs, one at a time in each pod, so that jobs take at most one connection of the pool from requests.
 * A job may be tried more than once; what it writes to the database is there once.
 */
export class JobWorker {
  readonly #options: JobWorkerOptions;
  readonly #handlers: ReadonlyMap<string, JobHandler>;
  readonly #loop = new WokenLoop(() => this.#attempt());

  constructor(options: JobWorkerOptions) {
    this.#options = options;
    this.#handlers = new Map(options.handlers.map((handler) => [handler.kind, handler]));
  }

  /** Looks for jobs now, or once more after the job under way. */
  wake(): void {
    if (this.#handlers.size > 0) this.#loop.wake();
  }

  /** Lets the job under way end, for three seconds: one that is cut off is done by another pod. */
  stop(): Promise<void> {
    return this.#loop.stop();
  }

  /** Gives the pause after which to look again unasked. */
  async #attempt(): Promise<number> {
    const { database, log } = this.#options;
    try {
      const look = await takeJob(database, this.#handlers);
      if (look.kind === "nothing") return this.#options.pollMs ?? pollMs;
      // There may be more.
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
      log.warn("Jobs cannot be done.", { reason: (error as Error).message });
      return retryMs;
    }
  }
}
