import type { ExpectedVersion } from "../base/expected-version.ts";
import type { Database, Transaction } from "../database/database.ts";
import type { Mark } from "../database/idempotency.ts";
import { savepoint } from "../database/savepoint.ts";
import type { Actor } from "./audit.ts";

/** A request to change something. */
export interface Command {
  readonly actor: Actor;
  /** The versions that it may change; undefined for any. */
  readonly expected: ExpectedVersion | undefined;
  /** Uses up the request's Idempotency-Key, in the transaction of the change. */
  readonly mark: Mark;
  /** The open transaction that contains the command. Without it the command has its own. */
  readonly within?: Transaction;
}

/**
 * Runs a command in one transaction that also marks its key, so that both happen or neither. Inside an open
 * transaction a failed command is undone separately.
 */
export function carryOut<Result>(
  database: Database,
  { mark, within }: Pick<Command, "mark" | "within">,
  work: (transaction: Transaction) => Promise<Result>,
): Promise<Result> {
  const marked = async (transaction: Transaction) => {
    const result = await work(transaction);
    await mark(transaction);
    return result;
  };
  return within === undefined ? database.transaction(marked) : savepoint(within, marked);
}
