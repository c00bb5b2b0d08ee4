/** A length of time in milliseconds. */
export type Milliseconds = number;

/** Time as a dependency, so that tests decide when it passes. */
export interface Clock {
  /** The wall clock, for what people read: conditions, events, leases, records. */
  now(): Date;
  /** Counts up evenly from an arbitrary start and never goes back: for durations and deadlines. */
  monotonic(): Milliseconds;
}

/** A clock that also runs work later. */
export interface TimerClock extends Clock {
  /** Runs `action` once after `delay`; the returned function cancels it. */
  after(delay: Milliseconds, action: () => void): () => void;
}

/** The real clock. Its timers keep no process alive. */
export const systemClock: TimerClock = {
  now: () => new Date(),
  monotonic: () => performance.now(),
  after(delay, action) {
    const timer = setTimeout(action, delay);
    timer.unref();
    return () => clearTimeout(timer);
  },
};
