import type { Milliseconds } from "../../../../process/clock.ts";

/** A CamelCase word for machines, as in a condition's `reason`. */
export type Reason = string;

/** How one reconcile, or one step of it, ended. Waiting is a value, never a sleep. */
export type Outcome =
  | {
      readonly kind: "done";
      /** Something is to be done at a time that is known: look again then, if nothing comes before. */
      readonly recheckAfter?: Milliseconds;
    }
  | {
      readonly kind: "waiting";
      readonly reason: Reason;
      readonly message: string;
      /** Look again after this time at the latest; a watched change comes sooner. */
      readonly recheckAfter: Milliseconds;
    }
  /** Only a change of the spec, or of something else that is watched, can help. */
  | {
      readonly kind: "stalled";
      readonly reason: Reason;
      readonly message: string;
      /** Something else is to be done at a time that is known. */
      readonly recheckAfter?: Milliseconds;
    };

export const done: Outcome = { kind: "done" };

export function doneUntil(recheckAfter: Milliseconds): Outcome {
  return { kind: "done", recheckAfter };
}

export function waiting(reason: Reason, message: string, recheckAfter: Milliseconds): Outcome {
  return { kind: "waiting", reason, message, recheckAfter };
}

/** The same outcome, with a look after this time at the latest. */
export function recheckedBy(outcome: Outcome, recheckAfter: Milliseconds): Outcome {
  return { ...outcome, recheckAfter: Math.min(outcome.recheckAfter ?? recheckAfter, recheckAfter) };
}

export function stalled(reason: Reason, message: string): Outcome {
  return { kind: "stalled", reason, message };
}

/** Stalled by what is not watched: look again after this time. */
export function stalledFor(reason: Reason, message: string, recheckAfter: Milliseconds): Outcome {
  return { kind: "stalled", reason, message, recheckAfter };
}
