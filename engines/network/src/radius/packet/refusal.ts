/** The reason why a packet gets no answer. Stable, so that callers may branch on it and count by it. */
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
 * A packet to discard silently. RFC 2865 section 3 requires this for invalid packets: an answer would show an
 * attacker the fault. The message is for the administrator's log.
 */
export interface Refusal {
  readonly kind: "refused";
  readonly reason: RefusalReason;
  /** The expected and the found value. */
  readonly message: string;
}

export function refusal(reason: RefusalReason, expected: string, found: string): Refusal {
  return { kind: "refused", reason, message: `expected ${expected}; found ${found}` };
}
