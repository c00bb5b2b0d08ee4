import type { Database, Transaction } from "../database/database.ts";
import type { JobHandler } from "./job.ts";

/** How one look at the jobs ended. */
export type Look =
  | { readonly kind: "nothing" }
  | { readonly kind: "done"; readonly job: string }
  | { readonly kind: "failed"; readonly job: string; readonly givenUp: boolean; readonly error: Error };

interface JobRow {
  readonly id: string;
  readonly kind: string;
  readonly input: unknown;
  readonly attempts: number;
}

/** After so many failures, over about 43 minutes, a job is given up and stays for a person to see. */
export const mostAttempts = 10;

/**
 * Does the job that has waited longest, if there is one that no other worker holds. One that fails leaves nothing of what
 * it wrote and waits, twice as long after each failure.
 */
export function takeJob(database: Database, handlers: ReadonlyMap<string, JobHandler>): Promise<Look> {
  return database.transaction(async (transaction) => {
    const row = await lockNext(transaction, [...handlers.keys()]);
    const handler = row && handlers.get(row.kind);
    if (row === undefined || handler === undefined) return { kind: "nothing" };
    await transaction.query("SAVEPOINT job");
    try {
      await handler.run(transaction, row.input);
    } catch (error) {
      await transaction.query("ROLLBACK TO SAVEPOINT job");
      const givenUp = await postpone(transaction, row);
      return { kind: "failed", job: row.kind, givenUp, error: error as Error };
    }
    await transaction.query("DELETE FROM jobs WHERE id = $1", [row.id]);
    return { kind: "done", job: row.kind };
  });
}

async function lockNext(transaction: Transaction, kinds: readonly string[]): Promise<JobRow | undefined> {
  const { rows } = await transaction.query<JobRow>(
    `SELECT id, kind, input, attempts FROM jobs
      WHERE failed_at IS NULL AND run_at <= now() AND kind = ANY ($1)
      ORDER BY run_at LIMIT 1 FOR UPDATE SKIP LOCKED`,
    [kinds],
  );
  return rows[0];
}

async function postpone(transaction: Transaction, { id, attempts }: JobRow): Promise<boolean> {
  const givenUp = attempts + 1 >= mostAttempts;
  await transaction.query(
    `UPDATE jobs SET attempts = attempts + 1, run_at = now() + make_interval(secs => $2),
       failed_at = CASE WHEN $3 THEN now() END
     WHERE id = $1`,
    [id, 2 ** attempts * 5, givenUp],
  );
  return givenUp;
}
