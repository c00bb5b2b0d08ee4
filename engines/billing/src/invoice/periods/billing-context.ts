import type { Timeline } from "../../cycles/timeline.ts";
import type { BillingSettings } from "../../settings.ts";
import type { CustomerFacts } from "../facts/customer-facts.ts";

/** The values that every step of one invoice run shares. */
export interface BillingContext {
  readonly facts: CustomerFacts;
  readonly settings: BillingSettings;
  readonly timeline: Timeline;
  /** The last tick of the target date. */
  readonly target: number;
  /** Periods that begin up to this tick are looked at: the target, or what was billed beyond it. */
  readonly horizon: number;
}
