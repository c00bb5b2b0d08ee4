import { AppError } from "../../platform/base/errors.ts";
import type { Transaction } from "../../platform/database/database.ts";
import { customerErrors } from "./errors.ts";
import { countCustomers, findCustomerLimit, lockCustomers } from "./store/repository.ts";

// Near the limit one transaction at a time adds customers, so that the limit is exact. Far from it none waits.
const nearby = 100;

/** Throws CUSTOMER_LIMIT_REACHED if the licence permits no further customer. */
export async function requireCapacity(transaction: Transaction): Promise<void> {
  const limit = await findCustomerLimit(transaction);
  if (limit === undefined) return;
  if ((await countCustomers(transaction)) + nearby < limit) return;
  await lockCustomers(transaction);
  if ((await countCustomers(transaction)) >= limit) throw new AppError(customerErrors.CUSTOMER_LIMIT_REACHED);
}
