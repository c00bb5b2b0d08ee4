import { randomUUID } from "node:crypto";
import type { z } from "zod";
import { workerShutdown } from "../../../../contract/pod-role.ts";
import { AppError } from "../base/errors.ts";
import type { Transaction } from "../database/database.ts";

/** The bounds of the jobs of one kind. */
export interface JobBounds {
  /**
   * The longest duration of an attempt: at most `longestSeconds`. The pooler closes a transaction that sends no statement
   * for 60 s.
   */
  readonly seconds: number;
  /** The number of attempts after which a job is given up. */
  readonly attempts: number;
  /** The delay after the first failed attempt. It doubles after each further one. */
  readonly firstDelaySeconds: number;
  readonly longestDelaySeconds: number;
  /** The number of jobs that may wait. Transactions that run at the same time may exceed it by one each. */
  readonly mostWaiting: number;
}

/** With these delays the attempts are spread over about 43 minutes. */
export const usualBounds: JobBounds = {
  seconds: 50,
  attempts: 10,
  firstDelaySeconds: 5,
  longestDelaySeconds: 3_600,
  mostWaiting: 10_000,
};

/** The operator ends transactions after 120 s. A statement in progress may take 15 s to end. */
const longestSeconds = workerShutdown.jobSeconds;

/** The part of a kind of jobs that is known without its worker. */
export interface JobDeclaration {
  /** `notes.index`: the names of the module and of the work. */
  readonly kind: string;
  readonly bounds: JobBounds;
  /** Records for those who wait for the job that it was given up. */
  giveUp?(transaction: Transaction, input: unknown): Promise<void>;
}

/** Work that a transaction leaves for later. */
export interface Job<Input extends z.ZodType = z.ZodType> extends JobDeclaration {
  /** Identifiers and names of fields. Jobs are stored in plain text. */
  readonly input: Input;
}

/** Throws when the bounds do not allow a single attempt, or longer ones than a transaction lasts. */
export function defineJob<Input extends z.ZodType>(
  kind: string,
  input: Input,
  bounds: Partial<JobBounds> = {},
): Job<Input> {
  const all = { ...usualBounds, ...bounds };
  if (!(all.seconds > 0 && all.seconds <= longestSeconds))
    throw new Error(`an attempt of ${kind} may last ${all.seconds} s: write at most ${longestSeconds} s`);
  if (!(all.attempts >= 1 && all.mostWaiting >= 1))
    throw new Error(`${kind} allows no attempt or no waiting job: write at least 1`);
  return { kind, input, bounds: all };
}

/** Runs a job, in the transaction that also removes the job from the list. */
export interface JobHandler extends JobDeclaration {
  /** The signal is aborted when the time is over or the process stops. The transaction then accepts no statement. */
  run(transaction: Transaction, input: unknown, signal: AbortSignal): Promise<void>;
}

/**
 * Creates a job in the transaction of the change that needs it. The job starts after at least `afterSeconds`. Throws
 * JOBS_FULL when as many jobs of this kind wait as its bounds allow.
 */
export async function enqueue<Input extends z.ZodType>(
  transaction: Transaction,
  { kind, bounds }: Job<Input>,
  input: z.input<Input>,
  { afterSeconds = 0 }: { readonly afterSeconds?: number } = {},
): Promise<void> {
  const { rowCount } = await transaction.query(
    `INSERT INTO jobs (id, kind, input, run_at)
     SELECT $1, $2, $3, now() + make_interval(secs => $4)
      WHERE (SELECT count(*) FROM (SELECT 1 FROM jobs WHERE kind = $2 AND failed_at IS NULL LIMIT $5) waiting) < $5`,
    [randomUUID(), kind, JSON.stringify(input), afterSeconds, bounds.mostWaiting],
  );
  if (rowCount === 0) throw new AppError("JOBS_FULL");
  transaction.announce("jobs");
}
