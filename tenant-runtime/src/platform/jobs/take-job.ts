import type { Database, Transaction } from "../database/database.ts";
import { savepoint } from "../database/savepoint.ts";
import type { JobHandler } from "./job.ts";

/** The result of one check for jobs. */
export type Look =
  /**
   * `dueInMs`: the time until the next job is due, 0 or less while another worker holds it. Undefined if no job
   * waits.
   */
  | { readonly kind: "nothing"; readonly dueInMs?: number }
  | { readonly kind: "done"; readonly job: string }
  | { readonly kind: "failed"; readonly job: string; readonly givenUp: boolean; readonly error: Error };

interface JobRow {
  readonly id: string;
  readonly kind: string;
  readonly input: unknown;
  readonly attempts: number;
}

/**
 * The number of failures, over about 43 minutes, after which a job is given up. The job stays in the table for
 * inspection.
 */
export const mostAttempts = 10;

/**
 * Runs the job that has waited longest and that no other worker holds. A failed job's writes are undone, and it
 * waits twice as long after each failure.
 */
export function takeJob(database: Database, handlers: ReadonlyMap<string, JobHandler>): Promise<Look> {
  return database.transaction(async (transaction) => {
    const row = await lockNext(transaction, [...handlers.keys()]);
    const handler = row && handlers.get(row.kind);
    if (row === undefined || handler === undefined) return nothing(transaction, [...handlers.keys()]);
    try {
      await savepoint(transaction, (within) => handler.run(within, row.input));
    } catch (error) {
      const givenUp = row.attempts + 1 >= mostAttempts && (await giveUp(transaction, handler, row));
      await postpone(transaction, row, givenUp);
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

async function nothing(transaction: Transaction, kinds: readonly string[]): Promise<Look> {
  const { rows } = await transaction.query<{ dueInMs: number }>(
    `SELECT ceil(extract(epoch FROM run_at - now()) * 1000)::int AS "dueInMs" FROM jobs
      WHERE failed_at IS NULL AND kind = ANY ($1) ORDER BY run_at LIMIT 1`,
    [kinds],
  );
  return { kind: "nothing", ...rows[0] };
}

/**
 * Calls the handler to record that its job was given up. False if the handler fails: then the job is tried once
 * more.
 */
async function giveUp(transaction: Transaction, handler: JobHandler, { input }: JobRow): Promise<boolean> {
  return savepoint(transaction, async (within) => handler.giveUp?.(within, input)).then(
    () => true,
    () => false,
  );
}

async function postpone(transaction: Transaction, { id, attempts }: JobRow, givenUp: boolean): Promise<void> {
  await transaction.query(
    `UPDATE jobs SET attempts = attempts + 1, run_at = now() + make_interval(secs => $2),
       failed_at = CASE WHEN $3 THEN now() END
     WHERE id = $1`,
    [id, 2 ** attempts * 5, givenUp],
  );
}
