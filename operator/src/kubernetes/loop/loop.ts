import type { Milliseconds, TimerClock } from "../../../../process/clock.ts";
import { type Random, spread } from "../../base/backoff.ts";
import { classify, type FailureClass } from "./failure.ts";
import type { Outcome } from "./outcome.ts";
import type { WorkQueue } from "./queue.ts";

export interface LoopOptions {
  readonly queue: WorkQueue;
  readonly workers: number;
  /**
   * Brings everything about one key to its desired state. It should stop between two steps once the signal is
   * aborted. It throws every failure that is not an outcome.
   */
  readonly reconcile: (key: string, signal: AbortSignal) => Promise<Outcome | "gone">;
  /** Every key is reconciled again after about this time (±20 %), even without a change. */
  readonly resyncEvery: Milliseconds;
  /** The same for a stalled key, whose cause may not be watched. Default `resyncEvery`. */
  readonly recheckStalledEvery?: Milliseconds;
  readonly clock: TimerClock;
  readonly random: Random;
  /** The loop aborts it when reconciles must stop between two steps. Default: a new one. */
  readonly abort?: AbortController;
  readonly observe?: (report: ReconcileReport) => void;
}

/** The result of one reconcile of one key, for the log and metrics. */
export interface ReconcileReport {
  readonly key: string;
  readonly took: Milliseconds;
  readonly result: Outcome["kind"] | "gone" | "aborted" | FailureClass;
  readonly outcome?: Outcome;
  readonly error?: unknown;
  /** Longest time until the next reconcile of the key. */
  readonly nextAfter?: Milliseconds;
  /** Number of failures in a row. */
  readonly failures: number;
}

/** Runs workers that take keys from the queue until it is stopped. */
export class ReconcileLoop {
  readonly #options: LoopOptions;
  readonly #abort: AbortController;
  #workers: Promise<void>[] = [];

  constructor(options: LoopOptions) {
    this.#options = options;
    this.#abort = options.abort ?? new AbortController();
  }

  start(): void {
    if (this.#workers.length > 0) return;
    this.#workers = Array.from({ length: this.#options.workers }, () => this.#work());
  }

  /**
   * Takes no new key, lets running reconciles finish, and aborts them after `limit`. Resolves when every worker has
   * ended, with whether all ended in time.
   */
  async stop(limit: Milliseconds): Promise<boolean> {
    const drained = this.#options.queue.close();
    let inTime = true;
    const cancel = this.#options.clock.after(limit, () => {
      inTime = false;
      this.abort("the operator is shutting down and the time limit is over");
    });
    await drained;
    await Promise.all(this.#workers);
    cancel();
    return inTime;
  }

  /** Aborts all running reconciles at once, because the lease is lost. */
  abort(reason: string): void {
    void this.#options.queue.close();
    this.#abort.abort(new Error(reason));
  }

  async #work(): Promise<void> {
    for (;;) {
      const key = await this.#options.queue.take();
      if (key === undefined) return;
      try {
        await this.#reconcile(key);
      } finally {
        this.#options.queue.done(key);
      }
    }
  }

  async #reconcile(key: string): Promise<void> {
    const { clock, reconcile, observe } = this.#options;
    const started = clock.monotonic();
    const { signal } = this.#abort;
    let report: Omit<ReconcileReport, "key" | "took" | "failures">;
    try {
      report = this.#settle(key, await reconcile(key, signal));
    } catch (error) {
      report = signal.aborted ? { result: "aborted" } : this.#fail(key, error);
    }
    observe?.({
      key,
      took: clock.monotonic() - started,
      failures: this.#options.queue.failuresOf(key),
      ...report,
    });
  }

  #settle(
    key: string,
    outcome: Outcome | "gone",
  ): Pick<ReconcileReport, "result"> & Partial<Pick<ReconcileReport, "outcome" | "nextAfter">> {
    const { queue } = this.#options;
    queue.forget(key);
    if (outcome === "gone") return { result: "gone" };
    const nextAfter = this.#nextAfter(outcome);
    queue.addAfter(key, nextAfter, outcome.kind === "waiting" ? "change" : "resync");
    return { result: outcome.kind, outcome, nextAfter };
  }

  #fail(key: string, error: unknown): Pick<ReconcileReport, "result" | "error" | "nextAfter"> {
    const { queue } = this.#options;
    const failure = classify(error);
    if (failure.class === "retryable") {
      return { result: "retryable", error, nextAfter: queue.retry(key, failure.retryAfter) };
    }
    queue.forget(key);
    const nextAfter = this.#recheckStalled();
    queue.addAfter(key, nextAfter, "resync");
    return { result: "terminal", error, nextAfter };
  }

  #nextAfter(outcome: Outcome): Milliseconds {
    if (outcome.kind === "waiting") return this.#recheck(outcome.recheckAfter);
    const usual =
      outcome.kind === "stalled"
        ? this.#recheckStalled()
        : spread(this.#options.resyncEvery, 0.2, this.#options.random);
    return Math.min(usual, outcome.recheckAfter ?? usual);
  }

  #recheckStalled(): Milliseconds {
    const { recheckStalledEvery, resyncEvery, random } = this.#options;
    return spread(recheckStalledEvery ?? resyncEvery, 0.2, random);
  }

  #recheck(after: Milliseconds): Milliseconds {
    return Math.min(spread(Math.max(after, 100), 0.1, this.#options.random), this.#options.resyncEvery);
  }
}
