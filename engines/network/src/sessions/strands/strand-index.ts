import type { Reading } from "../records/order-records.ts";
import { countOf } from "./last-that.ts";
import { extend, type Strand } from "./strand.ts";

/**
 * The sessions of one id, found by their begins. A device that seems to begin a session with each record takes no more
 * time for each.
 */
export class StrandIndex {
  /** In the order in which they were added. */
  readonly all: Strand[] = [];
  /** Sorted by begin, equal ones in the order of `all`. */
  readonly #byBegin: Strand[] = [];
  readonly #places = new Map<Strand, number>();
  #longest = 0;

  add(strand: Strand): void {
    this.#places.set(strand, this.all.length);
    this.all.push(strand);
    this.#insert(strand);
  }

  /** Adds a reading to its session, which may then begin earlier. */
  extend(strand: Strand, reading: Reading): void {
    this.#byBegin.splice(this.#indexOf(strand), 1);
    extend(strand, reading);
    this.#insert(strand);
  }

  /** The sessions that began between two instants, both included, in the order of `all`. */
  begunBetween(from: number, to: number): Strand[] {
    const [first, end] = [this.#countBefore(from), countOf(this.#byBegin, ({ beganAt }) => beganAt <= to)];
    return this.#byBegin.slice(first, end).sort((one, other) => this.#placeOf(one) - this.#placeOf(other));
  }

  /** The sessions that may have lasted over an instant. */
  around(instant: number): Strand[] {
    return this.begunBetween(instant - this.#longest, instant);
  }

  /** The session that passes a test and began last before an instant; the first added of several. */
  lastBegunBefore(instant: number, passes: (strand: Strand) => boolean): Strand | undefined {
    let index = this.#countBefore(instant) - 1;
    for (let last = this.#byBegin[index]; last !== undefined; last = this.#byBegin[index]) {
      if (passes(last)) return this.begunBetween(last.beganAt, last.beganAt).find(passes);
      index -= 1;
    }
    return undefined;
  }

  #insert(strand: Strand): void {
    this.#byBegin.splice(this.#indexOf(strand), 0, strand);
    this.#longest = Math.max(this.#longest, strand.lastNewsAt - strand.beganAt);
  }

  #indexOf(strand: Strand): number {
    const place = this.#placeOf(strand);
    const compare = (other: Strand) => other.beganAt - strand.beganAt || this.#placeOf(other) - place;
    return countOf(this.#byBegin, (other) => compare(other) < 0);
  }

  #countBefore(instant: number): number {
    return countOf(this.#byBegin, ({ beganAt }) => beganAt < instant);
  }

  #placeOf(strand: Strand): number {
    return this.#places.get(strand) ?? this.all.length;
  }
}
