import type { Clock, Milliseconds } from "../../../process/clock.ts";
import { type Rate, TokenBucket } from "../../../process/token-bucket.ts";

/** Limits for the connections of one source address, and for those of all sources together. */
export interface SourceLimits {
  /** Limit of open connections of all sources. */
  readonly connections: number;
  readonly connectionsPerSource: number;
  /** Rate of new connections of one source. */
  readonly newConnections: Rate;
  /** Rate of bytes from one source to the server; `toClient` limits the other direction. */
  readonly toServer: Rate;
  readonly toClient: Rate;
}

/** Why a connection is refused. */
export type SourceRefusal = "opened-too-fast" | "too-many-of-source" | "full";

/** An admitted connection: the byte budgets of its source, and how to release its slot. */
export interface Place {
  readonly toServer: TokenBucket;
  readonly toClient: TokenBucket;
  release(): void;
}

interface Source {
  /** One function per open connection that closes it, oldest first. */
  readonly open: Set<() => void>;
  readonly newConnections: TokenBucket;
  readonly toServer: TokenBucket;
  readonly toClient: TokenBucket;
}

/**
 * Counts connections by source address. When all slots are in use, the source with the most connections loses one to a
 * source with fewer. So many connections of one source cannot block another source.
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

  /** Addresses with an open connection, or with a recent one. */
  get size(): number {
    return this.#byAddress.size;
  }

  /** @param close ends the connection at once, when its slot goes to another source */
  admit(address: string, close: () => void): Place | SourceRefusal {
    const source = this.#sourceOf(address);
    if (!source.newConnections.take(this.#clock.monotonic())) return "opened-too-fast";
    if (source.open.size >= this.#limits.connectionsPerSource) return "too-many-of-source";
    if (this.#open >= this.#limits.connections && !this.#makeRoomFor(source)) return "full";
    return this.#take(source, close);
  }

  /** Forgets sources without open connections whose budgets are full again. */
  forgetIdle(): void {
    const now = this.#clock.monotonic();
    for (const [address, { open, newConnections, toServer, toClient }] of this.#byAddress) {
      const isIdle =
        open.size === 0 && [newConnections, toServer, toClient].every((each) => each.isFull(now));
      if (isIdle) this.#byAddress.delete(address);
    }
  }

  #sourceOf(address: string): Source {
    const known = this.#byAddress.get(address);
    if (known !== undefined) return known;
    const made = newSource(this.#limits, this.#clock.monotonic());
    this.#byAddress.set(address, made);
    return made;
  }

  #take(source: Source, close: () => void): Place {
    source.open.add(close);
    this.#open += 1;
    const release = () => {
      if (source.open.delete(close)) this.#open -= 1;
    };
    return { toServer: source.toServer, toClient: source.toClient, release };
  }

  /** Max-min fair: a source loses its newest connection only if it then still has more than the newcomer. */
  #makeRoomFor(newcomer: Source): boolean {
    const most = [...this.#byAddress.values()].reduce((one, other) =>
      other.open.size > one.open.size ? other : one,
    );
    if (most.open.size <= newcomer.open.size + 1) return false;
    const newest = [...most.open].at(-1);
    if (newest === undefined) return false;
    // The socket's close event comes later; its slot is free now.
    most.open.delete(newest);
    this.#open -= 1;
    newest();
    return true;
  }
}

function newSource({ newConnections, toServer, toClient }: SourceLimits, now: Milliseconds): Source {
  return {
    open: new Set(),
    newConnections: new TokenBucket(newConnections, now),
    toServer: new TokenBucket(toServer, now),
    toClient: new TokenBucket(toClient, now),
  };
}
