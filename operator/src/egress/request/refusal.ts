import { type EgressRefusalReason, egressRefusals } from "../../../../contract/egress-refusals.ts";

/** A refused request. It is an expected answer and therefore a value, not an exception. */
export class Refusal {
  readonly reason: EgressRefusalReason;
  /** One line for the person who sent the request, with what to do. */
  readonly message: string;

  constructor(reason: EgressRefusalReason, message: string) {
    this.reason = reason;
    this.message = message;
  }

  get status(): number {
    return egressRefusals[this.reason];
  }
}
