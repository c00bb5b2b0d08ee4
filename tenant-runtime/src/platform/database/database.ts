/** One open transaction, to ask. */
export interface Queries {
  query<Row extends object>(
    text: string,
    values?: readonly unknown[],
  ): Promise<{ readonly rows: Row[]; readonly rowCount: number }>;
}

/** What others may wait for. */
export type Announcement = "events" | "jobs";

/** One open transaction. Repositories take it and never open one. */
export interface Transaction extends Queries {
  /** Tells whoever waits for it that there is something new, once the transaction has committed. */
  announce(what: Announcement): void;
}

/** The tenant's schema, reached through the pooler in transaction mode: no session state survives. */
export interface Database {
  /**
   * Runs `work` in one transaction: commits when it resolves, rolls back when it rejects. Throws
   * DATABASE_UNAVAILABLE when the database cannot be reached (a commit may then have happened or not) and
   * TIMED_OUT when a statement took too long; other errors of PostgreSQL stay as they are.
   */
  transaction<Result>(work: (transaction: Transaction) => Promise<Result>): Promise<Result>;
}
