import type { Transaction } from "./database.ts";
import { Deferred } from "./deferred.ts";

/**
 * Runs `work` as a part of the open transaction. If it rejects, only its own writes are undone, and no announcement
 * and no work for after the commit is kept.
 */
export async function savepoint<Result>(
  transaction: Transaction,
  work: (within: Transaction) => Promise<Result>,
): Promise<Result> {
  const deferred = new Deferred();
  await transaction.query("SAVEPOINT part");
  try {
    const result = await work({ ...transaction, ...deferred.methods });
    await transaction.query("RELEASE SAVEPOINT part");
    deferred.passTo(transaction);
    return result;
  } catch (error) {
    await transaction.query("ROLLBACK TO SAVEPOINT part");
    await transaction.query("RELEASE SAVEPOINT part");
    throw error;
  }
}

/**
 * Runs `work` as a part of the open transaction, undoes its writes, and returns its result. No announcement and no work
 * for after the commit is kept.
 */
export async function rehearsal<Result>(
  transaction: Transaction,
  work: (within: Transaction) => Promise<Result>,
): Promise<Result> {
  await transaction.query("SAVEPOINT rehearsal");
  const result = await work({ ...transaction, ...new Deferred().methods });
  await transaction.query("ROLLBACK TO SAVEPOINT rehearsal");
  await transaction.query("RELEASE SAVEPOINT rehearsal");
  return result;
}
