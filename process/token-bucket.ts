/** Tokens per second, and the bucket's size: the number of tokens after a quiet time. */
export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

/** A token bucket. The caller passes the time in milliseconds of a monotonic clock. */
export class TokenBucket {
  readonly #rate: Rate;
  #tokens: number;
  #at: number;

  /** Starts full. */
  constructor(rate: Rate, now: number) {
    this.#rate = rate;
    this.#tokens = rate.burst;
    this.#at = now;
  }

  /** Takes one token. Returns false if there is none. */
  take(now: number): boolean {
    this.#refill(now);
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }

  /** Whether there is a token to take. */
  has(now: number): boolean {
    this.#refill(now);
    return this.#tokens >= 1;
  }

  /**
   * Takes a number of tokens, even more than there are. Returns the milliseconds until the debt is paid; 0 without
   * debt.
   */
  spend(amount: number, now: number): number {
    this.#refill(now);
    this.#tokens -= amount;
    return this.#tokens >= 0 ? 0 : (-this.#tokens / this.#rate.perSecond) * 1000;
  }

  /** Whether it is full. */
  isFull(now: number): boolean {
    this.#refill(now);
    return this.#tokens >= this.#rate.burst;
  }

  #refill(now: number): void {
    const { perSecond, burst } = this.#rate;
    this.#tokens = Math.min(burst, this.#tokens + ((now - this.#at) / 1000) * perSecond);
    this.#at = now;
  }
}
