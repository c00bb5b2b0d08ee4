import type { Database, Queries, Transaction } from "../database/database.ts";
import { savepoint } from "../database/savepoint.ts";
import { attemptJob, Interrupted } from "./attempt.ts";
import { failureReason } from "./failure-reason.ts";
import type { JobHandler } from "./job.ts";
import {
  bury,
  lockTaken,
  postpone,
  putBack,
  removeJob,
  type TakenJob,
  takeNext,
  type Waiting,
} from "./job-rows.ts";
import { retryDelay } from "./retry-delay.ts";

/** The result of one check for jobs. */
export type Look =
  | ({ readonly kind: "nothing" } & Waiting)
  | { readonly kind: "done"; readonly job: string }
  /** The process stops, or another worker has the job by now. */
  | { readonly kind: "left"; readonly job: string }
  | Failed;

/** `givenUp`: no further attempt follows. */
export interface Failed {
  readonly kind: "failed";
  readonly job: string;
  readonly givenUp: boolean;
  readonly error: unknown;
  readonly reason: string;
}

/** The surroundings of an attempt that tests replace. */
export interface Surroundings {
  /** A number from 0 to 1, for the delay after a failure. */
  readonly random?: () => number;
  /** Interrupts the attempt. It then does not count. */
  readonly stop?: AbortSignal;
}

const never = new AbortController().signal;

/**
 * Takes the job that has waited longest and runs it. Taking is a transaction of its own, which counts the attempt. The
 * job's writes and its removal are one more, so that they happen once. A failed job's writes are undone.
 */
export async function takeJob(
  database: Database & Queries,
  handlers: ReadonlyMap<string, JobHandler>,
  { random = Math.random, stop = never }: Surroundings = {},
): Promise<Look> {
  const kinds = [...handlers.keys()];
  const next = await takeNext(database, kinds);
  if (next.job === undefined) return { kind: "nothing", ...next.look };
  const { job } = next;
  const handler = handlers.get(job.kind);
  if (handler === undefined) throw new Error(`took a job of the kind ${job.kind}, which has no handler`);
  return database.transaction(async (transaction) => {
    if (!(await lockTaken(transaction, job))) return { kind: "left", job: job.kind };
    try {
      if (job.attempts > handler.bounds.attempts) throw new LostWorker("its worker ended during it");
      await attemptJob(transaction, handler, job.input, stop);
    } catch (error) {
      return fail(transaction, handler, job, error, random);
    }
    await removeJob(transaction, job.id);
    return { kind: "done", job: job.kind };
  });
}

/** The last attempt ended with its worker. */
class LostWorker extends Error {
  override readonly name = "LostWorker";
}

async function fail(
  transaction: Transaction,
  handler: JobHandler,
  job: TakenJob,
  error: unknown,
  random: () => number,
): Promise<Look> {
  if (error instanceof Interrupted) {
    await putBack(transaction, job.id);
    return { kind: "left", job: job.kind };
  }
  const reason = failureReason(error);
  const givenUp = job.attempts >= handler.bounds.attempts && (await giveUp(transaction, handler, job));
  if (givenUp) await bury(transaction, job.id, reason);
  else await postpone(transaction, job.id, retryDelay(handler.bounds, job.attempts, random), reason);
  return { kind: "failed", job: job.kind, givenUp, error, reason };
}

/**
 * Calls the handler to record that its job was given up. False if the handler fails: then it is called again after a
 * delay.
 */
function giveUp(transaction: Transaction, handler: JobHandler, { input }: TakenJob): Promise<boolean> {
  return savepoint(transaction, async (within) => handler.giveUp?.(within, input)).then(
    () => true,
    () => false,
  );
}
