import { requireWhole } from "../require-whole.ts";

/** The numbers of polls and seconds after which a device's state changes. */
export interface StatePolicy {
  /** Losses in a row that make a device down. */
  readonly lossesBeforeDown: number;
  /** Answers in a row that bring a down device up. Any other device is up with its first answer. */
  readonly answersBeforeUp: number;
  /** Seconds after a poll until the state is unknown. Must exceed the time between two polls. */
  readonly staleAfterSeconds: number;
}

/** @throws NetworkFault MONITORING_INVALID for counts or seconds below 1. */
export function requireStatePolicy(policy: StatePolicy): void {
  requireWhole("lossesBeforeDown", policy.lossesBeforeDown, 1);
  requireWhole("answersBeforeUp", policy.answersBeforeUp, 1);
  requireWhole("staleAfterSeconds", policy.staleAfterSeconds, 1);
}
