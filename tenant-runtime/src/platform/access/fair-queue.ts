/** Bounds of a queue. */
export interface QueueBounds {
  /** Entries of all sources together. */
  readonly capacity: number;
  readonly perSource: number;
}

/** A bounded queue in which sources take turns: one that brings much delays itself, not the others. */
export class FairQueue<Entry> {
  readonly #bounds: QueueBounds;
  // In the order of their turns.
  readonly #waiting = new Map<string, Entry[]>();
  #size = 0;

  constructor(bounds: QueueBounds) {
    this.#bounds = bounds;
  }

  get size(): number {
    return this.#size;
  }

  /** False when there is no room for this source. */
  push(source: string, entry: Entry): boolean {
    const own = this.#waiting.get(source) ?? [];
    if (this.#size >= this.#bounds.capacity || own.length >= this.#bounds.perSource) return false;
    own.push(entry);
    this.#waiting.set(source, own);
    this.#size += 1;
    return true;
  }

  /** The first entry of the source whose turn it is. */
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

  /** Takes an entry out before its turn; does nothing when it is not there. */
  remove(source: string, entry: Entry): void {
    const own = this.#waiting.get(source) ?? [];
    const at = own.indexOf(entry);
    if (at < 0) return;
    own.splice(at, 1);
    if (own.length === 0) this.#waiting.delete(source);
    this.#size -= 1;
  }
}
