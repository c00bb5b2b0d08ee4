/** Why a packet is not to be answered; stable, so that callers may branch and count by it. */
export type RefusalReason =
  | "too-short"
  | "too-long"
  | "length-overruns"
  | "unknown-code"
  | "unexpected-code"
  | "unexpected-identifier"
  | "attribute-too-short"
  | "attribute-overruns"
  | "bad-authenticator"
  | "missing-message-authenticator"
  | "repeated-message-authenticator"
  | "bad-message-authenticator";

/**
 * A packet that is discarded in silence, as RFC 2865 section 3 wants every invalid one to be: an answer would
 * tell an attacker what was wrong. The message is for the operator's log.
 */
export interface Refusal {
  readonly kind: "refused";
  readonly reason: RefusalReason;
  /** What was expected and what was found. */
  readonly message: string;
}

export function refusal(reason: RefusalReason, expected: string, found: string): Refusal {
  return { kind: "refused", reason, message: `expected ${expected}; found ${found}` };
}
