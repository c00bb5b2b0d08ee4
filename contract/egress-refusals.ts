/**
 * The reasons for which the egress proxy refuses a request, with the HTTP status of its answer (RFC 9110, section
 * 15).
 */
export const egressRefusals = {
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
  "refused-too-often": 429,
  internal: 500,
  unresolved: 502,
  unreachable: 502,
  "not-ready": 503,
  "cannot-check-token": 503,
  "timed-out": 504,
} as const satisfies Readonly<Record<string, number>>;

export type EgressRefusalReason = keyof typeof egressRefusals;
