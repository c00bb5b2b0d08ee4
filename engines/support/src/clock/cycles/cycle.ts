import type { Agreement } from "../terms/agreement.ts";
import type { Step } from "./step.ts";

/** One run of a clock, from its first to its last event. */
export interface Cycle {
  readonly startedAt: number;
  /** Undefined while it runs. */
  readonly end?: CycleEnd | undefined;
}

/** The end of a cycle, with the agreement at that time. */
export interface CycleEnd {
  readonly at: number;
  /** True if the target was met. False if it no longer applies. */
  readonly met: boolean;
  readonly agreement: Agreement;
}

export function endOf({ at, agreement }: Step, met: boolean): CycleEnd {
  return { at, met, agreement };
}

/** The author's side, if the event is a message from a person to the other side. */
export function speaker({ event }: Step): "customer" | "agent" | undefined {
  return event.kind === "message" && event.public && !event.automatic ? event.from : undefined;
}
