/** One open transaction for queries. */
export interface Queries {
  query<Row extends object>(
    text: string,
    values?: readonly unknown[],
  ): Promise<{ readonly rows: Row[]; readonly rowCount: number }>;
}

/** The kinds of work that a transaction can announce to waiting listeners. `jobs`: also the work of modules' own loops. */
export type Announcement = "events" | "jobs";

/** One open transaction. Repositories take it and never open one. */
export interface Transaction extends Queries {
  /** Notifies the listeners after the transaction has committed. */
  announce(what: Announcement): void;
  /**
   * Runs `work` after the commit and before the transaction's result is returned. It never runs if the transaction, or
   * the part of it that made this call, is undone.
   */
  afterCommit(work: () => Promise<void> | void): void;
  /** Like `afterCommit`, but later work under this name replaces it. */
  afterCommitOnce(name: string, work: () => Promise<void> | void): void;
}

/** The tenant's schema, through the pooler in transaction mode: session state is lost after each transaction. */
export interface Database {
  /**
   * Runs `work` in one transaction: commits when it resolves, rolls back when it rejects. Throws
   * DATABASE_UNAVAILABLE if the database cannot be reached (the commit may then have happened or not) and TIMED_OUT
   * if a statement took too long. Other errors of PostgreSQL are unchanged.
   */
  transaction<Result>(work: (transaction: Transaction) => Promise<Result>): Promise<Result>;
}
