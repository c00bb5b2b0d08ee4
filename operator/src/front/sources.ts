import { type Rate, TokenBucket } from "../../../process/token-bucket.ts";
import type { Clock, Milliseconds } from "../controller/clock.ts";

/** What all connections of one source address may do together, and how many there may be of all. */
export interface SourceLimits {
  /** Open connections of all sources. */
  readonly connections: number;
  readonly connectionsPerSource: number;
  /** New connections of one source. */
  readonly openings: Rate;
  /** Bytes from one source to the server, and back. */
  readonly inwards: Rate;
  readonly outwards: Rate;
}

/** Why a connection is not served. */
export type SourceRefusal = "opened-too-fast" | "too-many-of-source" | "full";

/** Gives back the place of a connection that has closed. */
export interface Place {
  readonly inwards: TokenBucket;
  readonly outwards: TokenBucket;
  release(): void;
}

interface Source {
  /** What closes each open connection, the oldest first. */
  readonly open: Set<() => void>;
  readonly openings: TokenBucket;
  readonly inwards: TokenBucket;
  readonly outwards: TokenBucket;
}

/**
 * Who is connected, by source address. When all places are taken, a source with few connections gets one of the
 * source that has most: whoever holds many cannot keep out whoever holds one.
 */
export class Sources {
  readonly #limits: SourceLimits;
  readonly #clock: Clock;
  readonly #byAddress = new Map<string, Source>();
  #open = 0;

  constructor(limits: SourceLimits, clock: Clock) {
    this.#limits = limits;
    this.#clock = clock;
  }

  get open(): number {
    return this.#open;
  }

  /** Addresses with an open connection, or with one a moment ago. */
  get size(): number {
    return this.#byAddress.size;
  }

  /** @param close ends the connection at once, for when another source is to have its place */
  admit(address: string, close: () => void): Place | SourceRefusal {
    const source = this.#sourceOf(address);
    if (!source.openings.take(this.#clock.elapsed())) return "opened-too-fast";
    if (source.open.size >= this.#limits.connectionsPerSource) return "too-many-of-source";
    if (this.#open >= this.#limits.connections && !this.#makeRoomFor(source)) return "full";
    return this.#take(source, close);
  }

  /** Forgets sources that have nothing open and used nothing of late. */
  forgetIdle(): void {
    const now = this.#clock.elapsed();
    for (const [address, { open, openings, inwards, outwards }] of this.#byAddress) {
      const isIdle = open.size === 0 && [openings, inwards, outwards].every((each) => each.isFull(now));
      if (isIdle) this.#byAddress.delete(address);
    }
  }

  #sourceOf(address: string): Source {
    const known = this.#byAddress.get(address);
    if (known !== undefined) return known;
    const made = newSource(this.#limits, this.#clock.elapsed());
    this.#byAddress.set(address, made);
    return made;
  }

  #take(source: Source, close: () => void): Place {
    source.open.add(close);
    this.#open += 1;
    const release = () => {
      if (source.open.delete(close)) this.#open -= 1;
    };
    return { inwards: source.inwards, outwards: source.outwards, release };
  }

  /** Max-min fair: only who would still have more than the newcomer loses a connection, its newest. */
  #makeRoomFor(newcomer: Source): boolean {
    const most = [...this.#byAddress.values()].reduce((one, other) =>
      other.open.size > one.open.size ? other : one,
    );
    if (most.open.size <= newcomer.open.size + 1) return false;
    const newest = [...most.open].at(-1);
    if (newest === undefined) return false;
    // The close of a socket is told later; its place is free now.
    most.open.delete(newest);
    this.#open -= 1;
    newest();
    return true;
  }
}

function newSource({ openings, inwards, outwards }: SourceLimits, now: Milliseconds): Source {
  return {
    open: new Set(),
    openings: new TokenBucket(openings, now),
    inwards: new TokenBucket(inwards, now),
    outwards: new TokenBucket(outwards, now),
  };
}
