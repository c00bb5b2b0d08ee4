import type { Licence } from "../access/licence.ts";
import { AppError } from "../base/errors.ts";
import type { Transaction } from "../database/database.ts";
import { savepoint } from "../database/savepoint.ts";
import { enqueue, type JobHandler } from "../jobs/job.ts";
import type { Operation, OperationError, Progress } from "./operation.ts";
import { isProgressDue, reportOperation } from "./operation-events.ts";
import { advanceOperation, lockOperation } from "./operation-rows.ts";
import { endOperation, failOperation, stepJob } from "./operations.ts";

/** The worker for the operations of one kind. */
export interface OperationWorker {
  readonly kind: string;
  /** The module of the licence that must allow writing during the operation. */
  readonly licensed: string | undefined;
  /** Runs the part at `operation.position`, in the transaction that records its progress. */
  step(transaction: Transaction, operation: Operation, signal: AbortSignal): Promise<Progress>;
}

/**
 * Runs the parts of operations of one kind, one after another. Each part is a separate job, so that other jobs run
 * in between, a shutdown waits for at most one part, and any pod can continue. An error of the catalogue (4xx) in a
 * part fails the operation; any other failure is retried like every job's.
 */
export function operationHandler(worker: OperationWorker, licence: Licence): JobHandler {
  const job = stepJob(worker.kind);
  return {
    ...job,
    async run(transaction, input, signal) {
      const { id, told } = job.input.parse(input);
      const operation = await lockOperation(transaction, id);
      // It was cancelled or has expired.
      if (operation === undefined || operation.finishedAt !== null) return;
      const progress = await progressOf(transaction, operation, worker, { licence, signal });
      if ("code" in progress) return failOperation(transaction, id, progress);
      const { operation: advanced, at } = await advanceOperation(transaction, id, progress);
      if (progress.next === undefined) return void (await endOperation(transaction, id, "succeeded"));
      const isDue = isProgressDue(told, at);
      if (isDue) await reportOperation(transaction, "progressed", advanced);
      // The next part knows the time of the last event, whichever pod does it.
      await enqueue(transaction, job, { id, told: isDue ? at.toISOString() : told });
    },
  };
}

async function progressOf(
  transaction: Transaction,
  operation: Operation,
  { step, licensed }: OperationWorker,
  { licence, signal }: { readonly licence: Licence; readonly signal: AbortSignal },
): Promise<Progress | OperationError> {
  try {
    return await savepoint(transaction, async (within) => {
      if (licensed !== undefined) await licence.require(licensed, "write", within);
      return step(within, operation, signal);
    });
  } catch (error) {
    if (!(error instanceof AppError) || error.status === 500 || error.status === 503) throw error;
    return error;
  }
}
