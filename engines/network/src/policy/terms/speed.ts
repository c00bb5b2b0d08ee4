/** A number for each direction, named as the customer sees them: `down` reaches the customer, `up` leaves it. */
export interface EachWay {
  readonly down: number;
  readonly up: number;
}

/** Bits per second. */
export type Speed = EachWay;

/** More than any access line carries; below it every number of bits is exact. */
export const fastest = 1_000_000_000_000;
