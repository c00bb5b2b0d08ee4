export type LimitName = "api" | "login" | "search" | "bulk" | "upload" | "unauthenticated";

/** The client that a request counts against. Each limit uses the parts that it needs. */
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
  /**
   * Whole seconds: for a refused request, until one is allowed again; for an allowed one, until the window is
   * empty.
   */
  readonly resetSeconds: number;
}

/** Counts one request and returns whether it is allowed. */
export interface Limiter {
  take(limit: LimitName, subject: LimitSubject): Promise<LimitDecision>;
}
