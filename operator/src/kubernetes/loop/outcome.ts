import type { Milliseconds } from "../../../../process/clock.ts";

/** A CamelCase word for machines, as in a condition's `reason`. */
export type Reason = string;

/** The result of a reconcile, or of one step. Waiting is a value, never a sleep. */
export type Outcome =
  | {
      readonly kind: "done";
      /** Time until work that is already known. Reconcile again then, unless a change comes first. */
      readonly recheckAfter?: Milliseconds;
    }
  | {
      readonly kind: "waiting";
      readonly reason: Reason;
      readonly message: string;
      /** Longest time until the next reconcile. A watched change comes sooner. */
      readonly recheckAfter: Milliseconds;
    }
  /** Only a change of the spec, or of another watched object, can help. */
  | {
      readonly kind: "stalled";
      readonly reason: Reason;
      readonly message: string;
      /** Time until other work that is already known. */
      readonly recheckAfter?: Milliseconds;
    };

export const done: Outcome = { kind: "done" };

export function doneUntil(recheckAfter: Milliseconds): Outcome {
  return { kind: "done", recheckAfter };
}

export function waiting(reason: Reason, message: string, recheckAfter: Milliseconds): Outcome {
  return { kind: "waiting", reason, message, recheckAfter };
}

/** The same outcome, reconciled again after this time at the latest. */
export function recheckedBy(outcome: Outcome, recheckAfter: Milliseconds): Outcome {
  return { ...outcome, recheckAfter: Math.min(outcome.recheckAfter ?? recheckAfter, recheckAfter) };
}

export function stalled(reason: Reason, message: string): Outcome {
  return { kind: "stalled", reason, message };
}

/** Stalled by a cause that is not watched. Reconcile again after this time. */
export function stalledFor(reason: Reason, message: string, recheckAfter: Milliseconds): Outcome {
  return { kind: "stalled", reason, message, recheckAfter };
}
