/** A length of time in milliseconds. */
export type Milliseconds = number;

/** Time as a dependency, so that tests control it. */
export interface Clock {
  /** The wall clock, for conditions, events, leases and records. */
  now(): Date;
  /** Increases evenly from an arbitrary start and never goes back. For durations and deadlines. */
  monotonic(): Milliseconds;
}

/** A clock that also runs work later. */
export interface TimerClock extends Clock {
  /** Runs `action` once after `delay`. The returned function cancels it. */
  after(delay: Milliseconds, action: () => void): () => void;
}

/** The longest delay of a timer of Node.js, about 25 days. It runs a timer with a longer one after 1 ms. */
export const longestTimer: Milliseconds = 2 ** 31 - 1;

/** The real clock. Its timers keep no process alive. */
export const systemClock: TimerClock = {
  now: () => new Date(),
  monotonic: () => performance.now(),
  after(delay, action) {
    let timer: NodeJS.Timeout;
    const wait = (left: Milliseconds) => {
      const next = left > longestTimer ? () => wait(left - longestTimer) : action;
      timer = setTimeout(next, Math.min(left, longestTimer)).unref();
    };
    wait(delay);
    return () => clearTimeout(timer);
  },
};
