import type { Transaction } from "../../platform/database/database.ts";
import { holdCustomer } from "./store/repository.ts";

/** The questions about customers that other modules may ask, in their own transactions. */
export interface CustomerOffers {
  /** Whether the customer exists. If so, no other transaction changes or deletes it until this transaction ends. */
  exists(transaction: Transaction, id: string): Promise<boolean>;
}

export const customerOffers: CustomerOffers = { exists: holdCustomer };
