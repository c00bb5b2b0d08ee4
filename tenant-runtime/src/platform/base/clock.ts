/** The time, as a dependency: tests pass their own. */
export interface Clock {
  now(): Date;
  /** Milliseconds from an arbitrary start that never go back; for durations. */
  monotonic(): number;
}

export const systemClock: Clock = {
  now: () => new Date(),
  monotonic: () => performance.now(),
};
