import type { Clock } from "../platform/clock.ts";
import type { WebSocketBounds } from "./bounds.ts";

/** Counts what one client says: a burst, and so many a second after it. */
export class MessageRate {
  readonly #clock: Clock;
  readonly #burst: number;
  readonly #perMs: number;
  #left: number;
  #at: number;

  constructor(
    clock: Clock,
    { messageBurst, messagesPerSecond }: Pick<WebSocketBounds, "messageBurst" | "messagesPerSecond">,
  ) {
    this.#clock = clock;
    this.#burst = messageBurst;
    this.#perMs = messagesPerSecond / 1_000;
    this.#left = messageBurst;
    this.#at = clock.monotonic();
  }

  /** Whether one more may be said now; counts it. */
  take(): boolean {
    const now = this.#clock.monotonic();
    this.#left = Math.min(this.#burst, this.#left + (now - this.#at) * this.#perMs);
    this.#at = now;
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }
}
