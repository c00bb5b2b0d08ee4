export type LimitName = "api" | "login" | "search" | "bulk";

/** Whom a request counts against; which part matters is the limit's own business. */
export interface LimitSubject {
  /** Absent on public routes. */
  readonly userId: string | undefined;
  readonly clientAddress: string;
}

export interface LimitDecision {
  readonly allowed: boolean;
  /** Requests in one window. */
  readonly limit: number;
  readonly remaining: number;
  /** Whole seconds: of a refused request until one is allowed again, of another until the window is empty again. */
  readonly resetSeconds: number;
}

/** Counts one request and says whether it may go on. */
export interface Limiter {
  take(limit: LimitName, subject: LimitSubject): Promise<LimitDecision>;
}
