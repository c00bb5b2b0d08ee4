import { areHeld, type Multixacts, observeMultixacts } from "../database/multixacts.ts";
import { endLongTransactions, type LongestTransactions } from "../database/sessions/end-long-transactions.ts";
import { migrationDeadlineSeconds } from "../desired/workload/migration-job.ts";
import type { World } from "../step/world.ts";

/** The findings of one look at the tenants' transactions. */
export interface TransactionsReport {
  /** The logins whose transactions were ended because they were open for too long. */
  readonly ended: readonly string[];
  /** Multixacts since the oldest that some table may still name. */
  readonly multixactAge: number;
}

/**
 * Seconds. An app login: twice the pooler's limit for a query or an idle transaction. A migrator: the limit of its Job.
 * A migration's transaction keeps the locks of its changes, so a bound must wait for it.
 */
const longestTransactions = { app: 120, migrator: migrationDeadlineSeconds };

/** Limits of transactions. A migrator has an app's limit while old transactions keep the multixacts of all tenants. */
export function transactionLimits(multixacts: Multixacts): LongestTransactions {
  const { app, migrator } = longestTransactions;
  return { app, migrator: areHeld(multixacts) ? app : migrator };
}

/** Ends the tenants' transactions that are open for too long. Call it every few seconds. */
export async function enforceTransactionLimits({
  postgres,
  epoch,
}: Pick<World, "postgres" | "epoch">): Promise<TransactionsReport> {
  const multixacts = await observeMultixacts(postgres);
  const ended = await endLongTransactions(postgres, epoch, transactionLimits(multixacts));
  return { ended, multixactAge: multixacts.age };
}
