import type { Queries } from "../database/database.ts";

/** A job that a worker has taken. */
export interface TakenJob {
  readonly id: string;
  readonly kind: string;
  readonly input: unknown;
  /** The number of this attempt, counted from 1. It also tells this taking of the job from later ones. */
  readonly attempts: number;
}

// The time from taking a job to locking it. A job whose worker has died is due again after it. A worker that needs longer
// may lose the job to another, and then does not begin.
const takenSeconds = 5;
/** The number of jobs of a tenant that are kept after they were given up. */
export const mostDead = 1_000;

/** The state of the table at one instant. */
export interface Waiting {
  /** The time until the next job is due: 0 or less while another worker holds it, null if no job waits. */
  readonly dueInMs: number | null;
  readonly waiting: number;
  readonly dead: number;
}

/**
 * Takes the due job of these kinds that has waited longest and that no worker holds, and counts the attempt. Without one
 * it returns the state of the table. One statement does both, because an idle tenant asks again and again.
 */
export async function takeNext(
  queries: Queries,
  kinds: readonly string[],
): Promise<{ readonly job: TakenJob } | { readonly job: undefined; readonly look: Waiting }> {
  const { rows } = await queries.query<Waiting & (TakenJob | { readonly id: null })>(
    `WITH taken AS (
       UPDATE jobs SET attempts = attempts + 1, taken_at = now(), run_at = now() + make_interval(secs => $2)
        WHERE id = (SELECT id FROM jobs WHERE failed_at IS NULL AND run_at <= now() AND kind = ANY ($1)
                     ORDER BY run_at LIMIT 1 FOR UPDATE SKIP LOCKED)
       RETURNING id, kind, input, attempts
     )
     SELECT * FROM (SELECT 1) AS one LEFT JOIN taken ON true LEFT JOIN LATERAL (
       SELECT (SELECT ceil(extract(epoch FROM run_at - now()) * 1000)::float8 FROM jobs
                WHERE failed_at IS NULL AND kind = ANY ($1) ORDER BY run_at LIMIT 1) AS "dueInMs",
              (SELECT count(*)::integer FROM jobs WHERE failed_at IS NULL) AS waiting,
              (SELECT count(*)::integer FROM jobs WHERE failed_at IS NOT NULL) AS dead
     ) AS look ON taken.id IS NULL`,
    [kinds, takenSeconds],
  );
  const [row] = rows;
  if (row === undefined) throw new Error("expected one row, found none");
  if (row.id !== null) return { job: row };
  const { dueInMs, waiting, dead } = row;
  return { job: undefined, look: { dueInMs, waiting, dead } };
}

/**
 * Locks a taken job until the transaction ends. False if another worker or a user was faster. It waits for the lock:
 * another worker's `takeNext` locks for a moment also a job that it then leaves, when the job was taken after its
 * statement began.
 */
export async function lockTaken(queries: Queries, { id, attempts }: TakenJob): Promise<boolean> {
  const { rowCount } = await queries.query(
    "SELECT 1 FROM jobs WHERE id = $1 AND attempts = $2 AND failed_at IS NULL FOR UPDATE",
    [id, attempts],
  );
  return rowCount === 1;
}

/** Removes a job that is done. */
export async function removeJob(queries: Queries, id: string): Promise<void> {
  await queries.query("DELETE FROM jobs WHERE id = $1", [id]);
}

/** Ends a failed attempt. The next one starts after the delay. */
export async function postpone(
  queries: Queries,
  id: string,
  delaySeconds: number,
  reason: string,
): Promise<void> {
  await queries.query(
    `UPDATE jobs SET taken_at = NULL, last_error = $3, run_at = clock_timestamp() + make_interval(secs => $2)
      WHERE id = $1`,
    [id, delaySeconds, reason],
  );
}

/** Ends an attempt that the worker did not finish, as if it had not begun. */
export async function putBack(queries: Queries, id: string): Promise<void> {
  await queries.query(
    "UPDATE jobs SET taken_at = NULL, attempts = attempts - 1, run_at = now() WHERE id = $1",
    [id],
  );
}

/** Gives a job up. It stays visible, unless many have been given up after it. */
export async function bury(queries: Queries, id: string, reason: string): Promise<void> {
  await queries.query("UPDATE jobs SET taken_at = NULL, failed_at = now(), last_error = $2 WHERE id = $1", [
    id,
    reason,
  ]);
  await queries.query(
    `DELETE FROM jobs WHERE id IN
       (SELECT id FROM jobs WHERE failed_at IS NOT NULL ORDER BY failed_at DESC OFFSET $1 FOR UPDATE SKIP LOCKED)`,
    [mostDead],
  );
}
