/** Why a request to the proxy is refused, with its HTTP status (RFC 9110, 15). */
export const refusalStatus = {
  "bad-request": 400,
  "not-listed": 403,
  "not-a-runtime": 403,
  "unknown-tenant": 403,
  suspended: 403,
  deleting: 403,
  "forbidden-address": 403,
  "method-not-allowed": 405,
  unauthenticated: 407,
  "too-many-tunnels": 429,
  internal: 500,
  unresolved: 502,
  unreachable: 502,
  "not-ready": 503,
  "cannot-check-token": 503,
  "timed-out": 504,
} as const satisfies Readonly<Record<string, number>>;

export type RefusalReason = keyof typeof refusalStatus;

/** An expected answer and therefore a value: what was asked for is not done, and what to do about it. */
export class Refusal {
  readonly reason: RefusalReason;
  /** For the person who asked, in one line. */
  readonly message: string;

  constructor(reason: RefusalReason, message: string) {
    this.reason = reason;
    this.message = message;
  }

  get status(): number {
    return refusalStatus[this.reason];
  }
}
