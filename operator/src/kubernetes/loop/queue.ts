import type { Milliseconds, TimerClock } from "../../../../process/clock.ts";
import { type BackoffLimits, backoffDelay, type Random } from "../../base/backoff.ts";

/**
 * Why a key is due, most urgent first: a person changed its spec; one of its objects changed; it is due for a resync or
 * for a retry after a failure.
 */
export const priorities = ["person", "change", "resync"] as const;
export type Priority = (typeof priorities)[number];

export interface QueueOptions {
  readonly clock: TimerClock;
  readonly random: Random;
  readonly backoff: BackoffLimits;
  /**
   * Shortest time between two runs of a key because of changes. Several changes in a row are then handled by few runs.
   * Default: none.
   */
  readonly spacing?: Milliseconds;
  readonly observe?: QueueObserver;
  /** Ignores added keys until `open` is called, for a replica that does not lead yet. */
  readonly standby?: boolean;
}

/** The observations of a queue, for metrics. */
export interface QueueObserver {
  added?(priority: Priority): void;
  /** A worker took a key that was ready for this many milliseconds. */
  started?(priority: Priority, waited: Milliseconds): void;
  finished?(took: Milliseconds): void;
  retried?(): void;
}

/**
 * One in this many keys is the one that has waited longest, at any priority. Resyncs are then late under load but never
 * starve.
 */
const oldestEvery = 8;
/** Shortest time between two runs of a failing key because of changes, which the key may cause itself. */
const spacingOfFailing: Milliseconds = 1000;
/** The shortest delay that a timer can measure. */
const shortestDelay: Milliseconds = 1;

/**
 * Keys that need work. Each key is in the queue at most once and never with two workers. A key that is added during its
 * run is run again afterwards.
 *
 * A failing key waits for its own back-off and returns at the lowest priority, behind all keys that have not failed.
 * The queue keeps no state about a key that succeeded.
 */
export class WorkQueue {
  readonly #options: QueueOptions;
  readonly #entries = new Map<string, Entry>();
  readonly #ready: Record<Priority, Set<string>> = {
    person: new Set(),
    change: new Set(),
    resync: new Set(),
  };
  readonly #idleWorkers: ((key: string | undefined) => void)[] = [];
  readonly #drained = Promise.withResolvers<void>();
  #running = 0;
  #handedOut = 0;
  #closed = false;
  #standby: boolean;

  constructor(options: QueueOptions) {
    this.#options = options;
    this.#standby = options.standby ?? false;
  }

  /** Takes keys from now on. The caller adds the keys that were ignored before. */
  open(): void {
    this.#standby = false;
  }

  /** Keys ready for a worker. */
  get depth(): number {
    return priorities.reduce((sum, priority) => sum + this.#ready[priority].size, 0);
  }

  depthOf(priority: Priority): number {
    return this.#ready[priority].size;
  }

  /** Keys that a worker has now. */
  get running(): number {
    return this.#running;
  }

  /** Keys whose last attempt failed. */
  get failing(): number {
    let count = 0;
    for (const entry of this.#entries.values()) if (entry.failures > 0) count += 1;
    return count;
  }

  /** For how long the longest-running key has been with its worker. */
  get longestRunning(): Milliseconds {
    let longest = 0;
    for (const entry of this.#entries.values()) {
      if (entry.state === "running") longest = Math.max(longest, this.#now() - entry.since);
    }
    return longest;
  }

  /**
   * Makes a key due now, or at the end of its spacing. A person's change runs at once, even during the key's back-off.
   */
  add(key: string, priority: Priority): void {
    this.addAfter(key, 0, priority);
  }

  /** Makes a key due after a delay, or at the end of its spacing, unless it is due earlier. */
  addAfter(key: string, delay: Milliseconds, priority: Priority): void {
    if (this.#closed || this.#standby) return;
    const entry = this.#entry(key);
    const wait = priority === "person" ? delay : Math.max(delay, this.#spacing(entry));
    if (wait >= shortestDelay) this.#schedule(key, entry, wait, priority);
    else this.#makeDue(key, entry, priority);
  }

  /** Counts a failure of the key and makes it due after its back-off, or after `notBefore` if that is later. */
  retry(key: string, notBefore: Milliseconds = 0): Milliseconds {
    const entry = this.#entry(key);
    entry.failures += 1;
    entry.failedAt = this.#now();
    entry.backoff = Math.max(
      notBefore,
      backoffDelay(entry.failures, this.#options.backoff, this.#options.random),
    );
    this.#options.observe?.retried?.();
    if (!this.#closed) this.#schedule(key, entry, entry.backoff, "resync");
    return entry.backoff;
  }

  /** Clears the failures of a key: it succeeded, or only a change can help it. */
  forget(key: string): void {
    const entry = this.#entries.get(key);
    if (!entry) return;
    entry.failures = 0;
    this.#tidy(key, entry);
  }

  /** The number of failures of the key in a row. */
  failuresOf(key: string): number {
    return this.#entries.get(key)?.failures ?? 0;
  }

  /** Waits for the next key for a worker. Returns undefined when the queue is closed. */
  take(): Promise<string | undefined> {
    if (this.#closed) return Promise.resolve(undefined);
    const key = this.#next();
    if (key === undefined) return new Promise((resolve) => this.#idleWorkers.push(resolve));
    this.#start(key);
    return Promise.resolve(key);
  }

  /** Gives a key back. Decisions about it since `take` (add, retry, addAfter) take effect now. */
  done(key: string): void {
    const entry = this.#entries.get(key);
    if (entry?.state !== "running") throw new Error(`key "${key}" is given back but no worker has it`);
    this.#options.observe?.finished?.(this.#now() - entry.since);
    entry.state = "resting";
    entry.finishedAt = this.#now();
    this.#running -= 1;
    const again = entry.again;
    entry.again = undefined;
    if (again !== undefined && !this.#closed) this.add(key, again);
    this.#tidy(key, entry);
    if (this.#closed && this.#running === 0) this.#drained.resolve();
  }

  /**
   * Hands out no more keys and resolves when every worker has given its key back. Queued keys are dropped: the next
   * leader lists all objects again.
   */
  close(): Promise<void> {
    if (!this.#closed) {
      this.#closed = true;
      for (const entry of this.#entries.values()) entry.timer?.cancel();
      for (const priority of priorities) this.#ready[priority].clear();
      for (const worker of this.#idleWorkers.splice(0)) worker(undefined);
      if (this.#running === 0) this.#drained.resolve();
    }
    return this.#drained.promise;
  }

  #now(): Milliseconds {
    return this.#options.clock.monotonic();
  }

  #entry(key: string): Entry {
    let entry = this.#entries.get(key);
    if (!entry) {
      entry = {
        state: "resting",
        priority: "resync",
        since: 0,
        finishedAt: Number.NEGATIVE_INFINITY,
        again: undefined,
        timer: undefined,
        failures: 0,
        failedAt: 0,
        backoff: 0,
      };
      this.#entries.set(key, entry);
    }
    return entry;
  }

  #spacing(entry: Entry): Milliseconds {
    const rested = entry.finishedAt + (this.#options.spacing ?? 0);
    const calmed = entry.failures === 0 ? 0 : entry.failedAt + Math.min(entry.backoff, spacingOfFailing);
    return Math.max(rested, calmed) - this.#now();
  }

  #makeDue(key: string, entry: Entry, priority: Priority): void {
    this.#options.observe?.added?.(priority);
    this.#cancelTimer(entry);
    if (entry.state === "running") {
      entry.again = moreUrgent(entry.again ?? priority, priority);
      return;
    }
    if (entry.state === "ready") this.#promote(key, entry, priority);
    else this.#enqueue(key, entry, priority);
  }

  #promote(key: string, entry: Entry, priority: Priority): void {
    if (moreUrgent(entry.priority, priority) === entry.priority) return;
    this.#ready[entry.priority].delete(key);
    this.#ready[priority].add(key);
    entry.priority = priority;
  }

  #enqueue(key: string, entry: Entry, priority: Priority): void {
    entry.state = "ready";
    entry.priority = priority;
    entry.since = this.#now();
    const worker = this.#idleWorkers.shift();
    if (!worker) {
      this.#ready[priority].add(key);
      return;
    }
    this.#start(key);
    worker(key);
  }

  #schedule(key: string, entry: Entry, delay: Milliseconds, priority: Priority): void {
    if (entry.state === "ready") return;
    const at = this.#now() + delay;
    if (entry.timer && entry.timer.at <= at) {
      entry.timer.priority = moreUrgent(entry.timer.priority, priority);
      return;
    }
    const urgency = entry.timer ? moreUrgent(entry.timer.priority, priority) : priority;
    this.#cancelTimer(entry);
    const cancel = this.#options.clock.after(delay, () => {
      const due = entry.timer?.priority ?? priority;
      entry.timer = undefined;
      // A timer set during the run can end within the spacing after that run.
      this.add(key, due);
    });
    entry.timer = { at, priority: urgency, cancel };
  }

  #cancelTimer(entry: Entry): void {
    entry.timer?.cancel();
    entry.timer = undefined;
  }

  #next(): string | undefined {
    this.#handedOut += 1;
    if (this.#handedOut % oldestEvery === 0) return this.#oldest();
    for (const priority of priorities) {
      const [key] = this.#ready[priority];
      if (key !== undefined) return key;
    }
    return undefined;
  }

  /** Sets keep the insertion order, so the first keys are the oldest of their priority (except promoted keys). */
  #oldest(): string | undefined {
    let oldest: string | undefined;
    let since = Number.POSITIVE_INFINITY;
    for (const priority of priorities) {
      const [key] = this.#ready[priority];
      const readySince = key === undefined ? undefined : this.#entries.get(key)?.since;
      if (readySince !== undefined && readySince < since) {
        oldest = key;
        since = readySince;
      }
    }
    return oldest;
  }

  #start(key: string): void {
    const entry = this.#entry(key);
    this.#ready[entry.priority].delete(key);
    const now = this.#now();
    this.#options.observe?.started?.(entry.priority, now - entry.since);
    entry.state = "running";
    entry.since = now;
    this.#running += 1;
  }

  #tidy(key: string, entry: Entry): void {
    if (entry.state === "resting" && !entry.timer && entry.failures === 0) this.#entries.delete(key);
  }
}

interface Entry {
  state: "resting" | "ready" | "running";
  priority: Priority;
  /** Time at which it became ready or, while running, at which its worker took it. */
  since: Milliseconds;
  finishedAt: Milliseconds;
  /** Set when it was made due during its run. */
  again: Priority | undefined;
  timer: { readonly at: Milliseconds; priority: Priority; readonly cancel: () => void } | undefined;
  failures: number;
  failedAt: Milliseconds;
  backoff: Milliseconds;
}

function moreUrgent(a: Priority, b: Priority): Priority {
  return priorities.indexOf(a) <= priorities.indexOf(b) ? a : b;
}
