/** Bounds of a queue. */
export interface QueueBounds {
  /** Entries of all sources together. */
  readonly capacity: number;
  readonly perSource: number;
}

/** A bounded queue in which sources take turns. A source with many entries delays itself, not the others. */
export class FairQueue<Entry> {
  readonly #bounds: QueueBounds;
  // Sources in the order of their turns.
  readonly #waiting = new Map<string, Entry[]>();
  #size = 0;

  constructor(bounds: QueueBounds) {
    this.#bounds = bounds;
  }

  get size(): number {
    return this.#size;
  }

  /** Returns false if there is no room for this source. */
  push(source: string, entry: Entry): boolean {
    const own = this.#waiting.get(source) ?? [];
    if (this.#size >= this.#bounds.capacity || own.length >= this.#bounds.perSource) return false;
    own.push(entry);
    this.#waiting.set(source, own);
    this.#size += 1;
    return true;
  }

  /** Returns the first entry of the source whose turn it is. */
  shift(): Entry | undefined {
    const [next] = this.#waiting;
    if (next === undefined) return undefined;
    const [source, own] = next;
    const entry = own.shift();
    this.#waiting.delete(source);
    if (own.length > 0) this.#waiting.set(source, own);
    this.#size -= 1;
    return entry;
  }

  /** Removes an entry before its turn, if it is in the queue. */
  remove(source: string, entry: Entry): void {
    const own = this.#waiting.get(source) ?? [];
    const at = own.indexOf(entry);
    if (at < 0) return;
    own.splice(at, 1);
    if (own.length === 0) this.#waiting.delete(source);
    this.#size -= 1;
  }
}
