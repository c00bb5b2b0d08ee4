import type { Agreement } from "./agreement.ts";
import type { Step } from "./step.ts";

/** One run of a clock: from what began it to what ended it. */
export interface Cycle {
  readonly startedAt: number;
  /** Undefined while it goes on. */
  readonly end?: CycleEnd | undefined;
}

/** How a cycle ended, and what was agreed then. */
export interface CycleEnd {
  readonly at: number;
  /** What was promised was done; otherwise it is no longer owed. */
  readonly met: boolean;
  readonly agreement: Agreement;
}

export function endOf({ at, agreement }: Step, met: boolean): CycleEnd {
  return { at, met, agreement };
}

/** A message by which a person told the other side something. */
export function speaker({ event }: Step): "customer" | "agent" | undefined {
  return event.kind === "message" && event.public && !event.automatic ? event.from : undefined;
}
