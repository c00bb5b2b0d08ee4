import type { Transaction } from "../database/database.ts";
import { Deferred } from "../database/deferred.ts";
import type { JobHandler } from "./job.ts";

/** An attempt that a shutdown of the process has interrupted. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
}

/** An attempt that took longer than its job allows. */
export class TooSlow extends Error {
  override readonly name = "TooSlow";
}

/**
 * Runs the handler as a part of the open transaction. If it rejects, exceeds its time or is interrupted, all of its
 * writes are undone, and nothing that it still does reaches the transaction. A statement in progress ends first.
 */
export async function attemptJob(
  transaction: Transaction,
  { run, bounds }: JobHandler,
  input: unknown,
  stop: AbortSignal,
): Promise<void> {
  const deferred = new Deferred();
  // Not named like the savepoints of handlers: one that is open at the end of the time would be undone in its place.
  await transaction.query("SAVEPOINT attempt");
  try {
    await withinTime(bounds.seconds, stop, (signal) => {
      const query: Transaction["query"] = async (text, values) => {
        signal.throwIfAborted();
        return transaction.query(text, values);
      };
      return run({ query, ...deferred.methods }, input, signal);
    });
    await transaction.query("RELEASE SAVEPOINT attempt");
    deferred.passTo(transaction);
  } catch (error) {
    await transaction.query("ROLLBACK TO SAVEPOINT attempt");
    await transaction.query("RELEASE SAVEPOINT attempt");
    throw error;
  }
}

async function withinTime(
  seconds: number,
  stop: AbortSignal,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const abort = new AbortController();
  const { promise: over, reject } = Promise.withResolvers<never>();
  const end = (reason: Error) => {
    // First of all, so that no error of a handler that hears the signal hides the reason.
    reject(reason);
    abort.abort(reason);
  };
  const interrupt = () => end(new Interrupted("the process stops"));
  const timer = setTimeout(() => end(new TooSlow(`it took longer than ${seconds} s`)), seconds * 1_000);
  stop.addEventListener("abort", interrupt);
  try {
    if (stop.aborted) interrupt();
    await Promise.race([over, abort.signal.aborted ? over : work(abort.signal)]);
  } finally {
    clearTimeout(timer);
    stop.removeEventListener("abort", interrupt);
    // Ends what the handler has left running, such as a request.
    abort.abort(new Error("the attempt has ended"));
  }
}
