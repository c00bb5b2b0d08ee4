/** Why a session is over. */
export type SessionEnd =
  /** The NAS said so; `cause` is its Acct-Terminate-Cause. */
  | { readonly at: number; readonly by: "stop"; readonly cause: string | undefined }
  /** Accounting-On or Accounting-Off of its NAS came while it was open. */
  | { readonly at: number; readonly by: "nas-restart" }
  /** The NAS gave its id to a later session; it ended at its last news. */
  | { readonly at: number; readonly by: "replaced" }
  /** No news for too long; it ended at its last news. */
  | { readonly at: number; readonly by: "stale" };

/** Bytes moved between two pieces of news; `to` does not belong to it. Equal ends are one instant. */
export interface UsageSpan {
  readonly from: number;
  readonly to: number;
  readonly upload: bigint;
  readonly download: bigint;
}

/** One session of a subscriber, as all that is known of it says. */
export interface Session {
  readonly nas: string;
  readonly id: string;
  readonly user: string;
  readonly beganAt: number;
  /** False where the start record was lost and its begin is reckoned from Acct-Session-Time. */
  readonly startSeen: boolean;
  readonly lastNewsAt: number;
  /** Undefined while it is open. */
  readonly end: SessionEnd | undefined;
  readonly upload: bigint;
  readonly download: bigint;
  /** How often a 32-bit counter passed its end, both directions together. */
  readonly wraps: number;
  /** How often a counter started from 0 within the session, both directions together. */
  readonly resets: number;
  readonly multiSession: string | undefined;
  readonly class: string | undefined;
  /**
   * By their begins, without gaps; their sums are `upload` and `download`. Spans of the two directions overlap
   * where a record had one of the counters only.
   */
  readonly usage: readonly UsageSpan[];
}
