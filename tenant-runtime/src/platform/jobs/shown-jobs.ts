import { defineErrors } from "../base/errors.ts";
import type { Queries } from "../database/database.ts";

/** The states in which a job is shown. A job that is done has no row. */
export const jobStates = ["waiting", "running", "dead"] as const;

export type JobState = (typeof jobStates)[number];

/** A job in the form that administrators see. Its input is left out. */
export interface ShownJob {
  readonly id: string;
  readonly kind: string;
  readonly state: JobState;
  readonly attempts: number;
  /** A code or the name of an error. */
  readonly lastError: string | null;
  readonly createdAt: Date;
  /** When it is due. A job in progress is taken by another worker then, if its own has died. */
  readonly dueAt: Date;
  /** When the attempt in progress began. */
  readonly takenAt: Date | null;
  /** When it was given up. */
  readonly failedAt: Date | null;
}

export const jobErrors = defineErrors({
  JOB_NOT_DEAD: {
    status: 409,
    message: "Only a job that was given up can be repeated. This one still waits.",
  },
  JOB_RUNNING: { status: 409, message: "The job is being done at this moment. Try again when it has ended." },
});

const state = `CASE WHEN failed_at IS NOT NULL THEN 'dead' WHEN taken_at IS NOT NULL THEN 'running' ELSE 'waiting' END`;
const selection = `id, kind, ${state} AS state, attempts, last_error AS "lastError", created_at AS "createdAt",
  run_at AS "dueAt", taken_at AS "takenAt", failed_at AS "failedAt"`;

/** The position of a job in their list: its creation, in UTC with microseconds, and its id. */
export interface JobPlace {
  readonly createdAt: string;
  readonly id: string;
}

/** The restrictions of a list of jobs. */
export interface JobQuery {
  readonly states?: readonly JobState[] | undefined;
  readonly kind?: string | undefined;
  /** Only jobs after this position. */
  readonly after?: JobPlace | undefined;
  readonly limit: number;
}

/** Jobs, the newest first, each with its place. */
export async function listJobs(
  queries: Queries,
  { states, kind, after, limit }: JobQuery,
): Promise<readonly (ShownJob & { readonly place: string })[]> {
  const { rows } = await queries.query<ShownJob & { readonly place: string }>(
    `SELECT ${selection}, to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS place FROM jobs
      WHERE ($1::text[] IS NULL OR ${state} = ANY ($1)) AND ($2::text IS NULL OR kind = $2)
        AND ($3::timestamptz IS NULL OR (created_at, id) < ($3, $4::uuid))
      ORDER BY created_at DESC, id DESC LIMIT $5`,
    [states ?? null, kind ?? null, after?.createdAt ?? null, after?.id ?? null, limit],
  );
  return rows;
}

export async function findJob(queries: Queries, id: string): Promise<ShownJob | undefined> {
  const { rows } = await queries.query<ShownJob>(`SELECT ${selection} FROM jobs WHERE id = $1`, [id]);
  return rows[0];
}

/** The job with its input, locked until the transaction ends. Undefined while a worker or another user holds it. */
export async function lockFreeJob(
  queries: Queries,
  id: string,
): Promise<(ShownJob & { readonly input: unknown }) | undefined> {
  const { rows } = await queries.query<ShownJob & { readonly input: unknown }>(
    `SELECT ${selection}, input FROM jobs WHERE id = $1 FOR UPDATE SKIP LOCKED`,
    [id],
  );
  return rows[0];
}

/** Makes a job that was given up due, with all of its attempts. False if as many of its kind wait as may. */
export async function reviveJob(queries: Queries, id: string, mostWaiting: number): Promise<boolean> {
  const { rowCount } = await queries.query(
    `UPDATE jobs AS dead SET failed_at = NULL, attempts = 0, run_at = now()
      WHERE id = $1 AND (SELECT count(*) FROM
        (SELECT 1 FROM jobs WHERE kind = dead.kind AND failed_at IS NULL LIMIT $2) waiting) < $2`,
    [id, mostWaiting],
  );
  return rowCount === 1;
}
