import type { ExpectedVersion } from "../base/expected-version.ts";
import type { Database, Transaction } from "../database/database.ts";
import type { Mark } from "../database/idempotency.ts";
import type { Actor } from "./audit.ts";

/** A request to change something. */
export interface Command {
  readonly actor: Actor;
  /** The versions that it may change; undefined for any. */
  readonly expected: ExpectedVersion | undefined;
  /** Spends the request's Idempotency-Key, in the transaction of the change. */
  readonly mark: Mark;
}

/** Carries a command out in one transaction, which also marks its key: both are there afterwards, or neither is. */
export function carryOut<Result>(
  database: Database,
  { mark }: Pick<Command, "mark">,
  work: (transaction: Transaction) => Promise<Result>,
): Promise<Result> {
  return database.transaction(async (transaction) => {
    const result = await work(transaction);
    await mark(transaction);
    return result;
  });
}
