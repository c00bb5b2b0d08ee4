/** A length of time in milliseconds. */
export type Milliseconds = number;

/** Time as a dependency, so that tests decide when it passes. */
export interface Clock {
  /** The wall clock, for what people read: conditions, events, leases. */
  now(): Date;
  /** Counts up evenly and never jumps: for measuring and for deadlines. */
  elapsed(): Milliseconds;
  /** Runs `action` once after `delay`; the returned function takes it back. */
  after(delay: Milliseconds, action: () => void): () => void;
}

/** A number in [0, 1), as `Math.random` gives. */
export type Random = () => number;

/** The real clock. Its timers keep no process alive. */
export const systemClock: Clock = {
  now: () => new Date(),
  elapsed: () => performance.now(),
  after(delay, action) {
    const timer = setTimeout(action, delay);
    timer.unref();
    return () => clearTimeout(timer);
  },
};
