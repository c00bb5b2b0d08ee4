import { type EgressRefusalReason, egressRefusals } from "../../../../contract/egress-refusals.ts";

/** An expected answer and therefore a value: what was asked for is not done, and what to do about it. */
export class Refusal {
  readonly reason: EgressRefusalReason;
  /** For the person who asked, in one line. */
  readonly message: string;

  constructor(reason: EgressRefusalReason, message: string) {
    this.reason = reason;
    this.message = message;
  }

  get status(): number {
    return egressRefusals[this.reason];
  }
}
