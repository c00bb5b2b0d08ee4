import type { Milliseconds } from "../../../../process/clock.ts";
import { RetryableError, TerminalError } from "../../base/errors.ts";
import { Invalid, KubernetesError } from "../client/errors.ts";

/** Whether a retry can help. */
export type FailureClass = "retryable" | "terminal";

/**
 * Classifies an error thrown by a reconcile. Unknown errors are retried, because one more attempt per back-off is
 * better than giving up on a failure that may pass.
 */
export function classify(error: unknown): { class: FailureClass; reason: string; retryAfter: Milliseconds } {
  if (error instanceof TerminalError) return { class: "terminal", reason: error.reason, retryAfter: 0 };
  if (error instanceof Invalid) return { class: "terminal", reason: error.reason, retryAfter: 0 };
  if (error instanceof RetryableError || error instanceof KubernetesError) {
    return { class: "retryable", reason: error.reason, retryAfter: error.retryAfter ?? 0 };
  }
  return { class: "retryable", reason: "UnexpectedError", retryAfter: 0 };
}
