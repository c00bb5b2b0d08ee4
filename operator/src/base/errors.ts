import type { Milliseconds } from "../../../process/clock.ts";

/**
 * A failure outside of the operator that may pass. The key is retried with a growing delay, or after `retryAfter` when
 * the server named a time. Errors of unknown types are treated in the same way.
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

/** A retry cannot help until a person changes something. The key is not retried before such a change. */
export class TerminalError extends Error {
  override readonly name = "TerminalError";
  readonly reason: string;

  constructor(reason: string, message: string, options: { cause?: unknown } = {}) {
    super(message, "cause" in options ? { cause: options.cause } : undefined);
    this.reason = reason;
  }
}
