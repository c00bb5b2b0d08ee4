/** A number for each direction, from the customer's view: `down` reaches the customer, `up` leaves it. */
export interface EachWay {
  readonly down: number;
  readonly up: number;
}

/** Bits per second; 0 means no limit in that direction. */
export type Speed = EachWay;

export const directions = ["up", "down"] as const;
export type Direction = (typeof directions)[number];

/** More than any access line carries. Every smaller number of bits is exact as a JavaScript number. */
export const fastest = 1_000_000_000_000;
