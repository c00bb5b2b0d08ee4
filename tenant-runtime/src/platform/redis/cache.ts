import { randomBytes } from "node:crypto";
import { AppError } from "../base/errors.ts";
import type { RedisLink } from "./redis.ts";

/**
 * Values that may be reused for a while. They are JSON in plain text in Redis, so they hold no personal data that the
 * database encrypts.
 */
export interface Cache {
  /**
   * The stored value for `key` in `scope`, or the result of `load`, which is stored for 5 minutes. If the cache
   * cannot be reached, always the result of `load`.
   */
  through<Value>(scope: string, key: string, load: () => Promise<Value>): Promise<Value>;
  /**
   * Removes everything in these scopes. Call it after the commit of the transaction that made it stale. The relay
   * of the transaction's events repeats a removal that did not reach Redis: the scope of a change is the topic of
   * its event.
   */
  invalidate(...scopes: readonly string[]): Promise<void>;
}

export interface CacheCounters {
  hits: number;
  misses: number;
  /** The number of reads while the cache could not answer. */
  bypassed: number;
}

const valueSeconds = 300;
const generationSeconds = 3_600;

/**
 * Each scope has a random generation that is part of its values' keys. A write sets a new one, so that a reader
 * that loaded before the write can store only under a key that is never read again.
 */
export class RedisCache implements Cache {
  readonly counters: CacheCounters = { hits: 0, misses: 0, bypassed: 0 };
  readonly #link: RedisLink;
  // Scopes whose invalidation has not reached Redis. They are not read until it has.
  readonly #stale = new Set<string>();

  constructor(link: RedisLink) {
    this.#link = link;
    link.onChange((up) => {
      if (up) void this.#catchUp();
    });
  }

  async through<Value>(scope: string, key: string, load: () => Promise<Value>): Promise<Value> {
    const place = await this.#place(scope, key);
    const kept = place === undefined ? undefined : await this.#read(place);
    if (kept !== undefined) {
      this.counters.hits += 1;
      return JSON.parse(kept) as Value;
    }
    const value = await load();
    if (place === undefined) this.counters.bypassed += 1;
    else {
      this.counters.misses += 1;
      await this.#reach(() => this.#link.redis.set(place, JSON.stringify(value), "EX", valueSeconds));
    }
    return value;
  }

  async invalidate(...scopes: readonly string[]): Promise<void> {
    for (const scope of scopes) this.#stale.add(scope);
    await Promise.all(scopes.map((scope) => this.#renew(scope)));
  }

  /**
   * Like `invalidate`, for callers that can repeat it: throws STATE_UNAVAILABLE if Redis has not removed the
   * scopes.
   */
  async ensureInvalidated(scopes: readonly string[]): Promise<void> {
    await this.invalidate(...scopes);
    if (scopes.some((scope) => this.#stale.has(scope))) throw new AppError("STATE_UNAVAILABLE");
  }

  /** Hits per read that the cache could answer, 0 to 1; undefined before the first. */
  get hitRate(): number | undefined {
    const { hits, misses } = this.counters;
    return hits + misses === 0 ? undefined : hits / (hits + misses);
  }

  async #place(scope: string, key: string): Promise<string | undefined> {
    if (this.#stale.has(scope)) return undefined;
    const fresh = newGeneration();
    const kept = await this.#reach(() =>
      this.#link.redis.set(generationKey(scope), fresh, "EX", generationSeconds, "NX", "GET"),
    );
    return kept === undefined ? undefined : `cache:${scope}:${kept ?? fresh}:${key}`;
  }

  async #read(place: string): Promise<string | undefined> {
    return (await this.#reach(() => this.#link.redis.get(place))) ?? undefined;
  }

  async #renew(scope: string): Promise<void> {
    const done = await this.#reach(() =>
      this.#link.redis.set(generationKey(scope), newGeneration(), "EX", generationSeconds),
    );
    if (done !== undefined) this.#stale.delete(scope);
  }

  async #catchUp(): Promise<void> {
    await Promise.all([...this.#stale].map((scope) => this.#renew(scope)));
  }

  /** The answer of Redis, or undefined without one. The cache never causes a failure. */
  async #reach<Answer>(ask: () => Promise<Answer>): Promise<Answer | undefined> {
    if (!this.#link.available()) return undefined;
    try {
      return await ask();
    } catch {
      return undefined;
    }
  }
}

function generationKey(scope: string): string {
  return `cache:${scope}:generation`;
}

function newGeneration(): string {
  return randomBytes(9).toString("base64url");
}
