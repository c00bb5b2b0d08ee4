import type { Milliseconds } from "../../../process/clock.ts";

/** A number in [0, 1), as `Math.random` gives. */
export type Random = () => number;

export interface BackoffLimits {
  readonly first: Milliseconds;
  readonly most: Milliseconds;
}

/**
 * The delay before the attempt after `failures` failures in a row. It doubles from `first` up to `most`, with a
 * random spread of ±25 %, so that clients that failed together do not retry together.
 */
export function backoffDelay(failures: number, limits: BackoffLimits, random: Random): Milliseconds {
  if (failures <= 0) return 0;
  const doubled = limits.first * 2 ** Math.min(failures - 1, 40);
  return spread(Math.min(doubled, limits.most), 0.25, random);
}

/** The duration, changed at random by up to `share` of itself in either direction. */
export function spread(duration: Milliseconds, share: number, random: Random): Milliseconds {
  return duration * (1 + share * (2 * random() - 1));
}
