/** The reason for a session's end. */
export type SessionEnd =
  /** A stop of the NAS; `cause` is its Acct-Terminate-Cause. */
  | { readonly at: number; readonly by: "stop"; readonly cause: string | undefined }
  /** An Accounting-On or Accounting-Off of its NAS arrived while the session was open. */
  | { readonly at: number; readonly by: "nas-restart" }
  /** A later session got its id; it ended at its last news. */
  | { readonly at: number; readonly by: "replaced" }
  /** No news for too long; it ended at its last news. */
  | { readonly at: number; readonly by: "stale" };

/** Bytes between two pieces of news; `to` is not included. Equal ends are one instant. */
export interface UsageSpan {
  readonly from: number;
  readonly to: number;
  readonly upload: bigint;
  readonly download: bigint;
}

/** One session of a subscriber, by all its records. */
export interface Session {
  readonly nas: string;
  readonly id: string;
  readonly user: string;
  readonly beganAt: number;
  /** False if the start record was lost and the begin is computed from Acct-Session-Time. */
  readonly startSeen: boolean;
  readonly lastNewsAt: number;
  /** Undefined while it is open. */
  readonly end: SessionEnd | undefined;
  readonly upload: bigint;
  readonly download: bigint;
  /** The number of times that a 32-bit counter wrapped, in both directions together. */
  readonly wraps: number;
  /** The number of times that a counter restarted from 0 within the session, in both directions together. */
  readonly resets: number;
  readonly multiSession: string | undefined;
  readonly class: string | undefined;
  /**
   * Sorted by begin, without gaps. The sums are `upload` and `download`. Spans of the two directions overlap if a
   * record had only one of the counters.
   */
  readonly usage: readonly UsageSpan[];
}
