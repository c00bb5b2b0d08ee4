import type { Milliseconds } from "../../../process/clock.ts";

/**
 * Something outside failed and may work later: the key is tried again with a growing delay, or after
 * `retryAfter` when the other side named a time. Errors of no known type are treated the same way.
 */
export class RetryableError extends Error {
  override readonly name = "RetryableError";
  readonly reason: string;
  readonly retryAfter: Milliseconds | undefined;

  constructor(reason: string, message: string, options: { cause?: unknown; retryAfter?: Milliseconds } = {}) {
    super(message, "cause" in options ? { cause: options.cause } : undefined);
    this.reason = reason;
    this.retryAfter = options.retryAfter;
  }
}

/** Trying again cannot help until a person changes something: the key rests until it is changed. */
export class TerminalError extends Error {
  override readonly name = "TerminalError";
  readonly reason: string;

  constructor(reason: string, message: string, options: { cause?: unknown } = {}) {
    super(message, "cause" in options ? { cause: options.cause } : undefined);
    this.reason = reason;
  }
}
