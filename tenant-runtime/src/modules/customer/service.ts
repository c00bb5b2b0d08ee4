import { randomUUID } from "node:crypto";
import { changedFields } from "../../module/fields/changed-fields.ts";
import { createCollection } from "../../module/resource/collection.ts";
import { now } from "../../module/table/column.ts";
import type { Page } from "../../module/table/listing.ts";
import type { ModuleWorld } from "../../module/world.ts";
import { AppError } from "../../platform/base/errors.ts";
import { invalidField } from "../../platform/base/invalid-field.ts";
import type { Transaction } from "../../platform/database/database.ts";
import type { Command } from "../../platform/events/command.ts";
import { requireCapacity } from "./capacity.ts";
import { customerErrors } from "./errors.ts";
import type { CustomerListing, CustomerQuery } from "./listing.ts";
import { accountNumber } from "./store/account-number.ts";
import {
  type Customer,
  type CustomerDetails,
  customer,
  deletableStatuses,
  nextStatuses,
} from "./store/models.ts";
import { findByExternalKey, replaceAddresses, takeAccountSequence } from "./store/repository.ts";
import { openCustomer, sealAddresses, sealCustomer } from "./store/sealing.ts";
import { customersTable } from "./store/table.ts";

/** Returns the changed details of a customer. Throws VALIDATION_ERROR if they are not valid. */
export type CustomerChange = (current: Customer) => CustomerDetails;

/** The commands and queries on customers. Each is one transaction. */
export interface CustomerService {
  list(query: CustomerQuery): Promise<Page<Customer>>;
  /** All customers of the query, in pages. Audited. */
  export(command: Command, query: CustomerQuery): AsyncGenerator<readonly Customer[]>;
  /** Throws NOT_FOUND, as do the following. */
  retrieve(id: string): Promise<Customer>;
  /** The id of the customer with the same key in another system. */
  existing(transaction: Transaction, details: CustomerDetails): Promise<string | undefined>;
  /** Throws CUSTOMER_LIMIT_REACHED, or VALIDATION_ERROR for an external key that is in use. */
  create(details: CustomerDetails, command: Command): Promise<Customer>;
  /** Throws PRECONDITION_FAILED, or VALIDATION_ERROR for a status that cannot follow the present one. */
  change(id: string, change: CustomerChange, command: Command): Promise<Customer>;
  /** Throws CUSTOMER_IN_USE unless the customer is a prospect or closed. */
  remove(id: string, command: Command): Promise<void>;
}

export function createCustomerService(
  world: Pick<ModuleWorld, "database" | "cache" | "recorder" | "encryption">,
  listing: CustomerListing,
): CustomerService {
  const { encryption } = world;
  const customers = createCollection({
    world,
    entity: customer,
    table: customersTable,
    listing,
    open: (row) => openCustomer(row, encryption),
    cached: true,
  });

  return {
    list: customers.list,
    export: customers.export,
    retrieve: customers.retrieve,
    existing: async (transaction, { externalKey }) =>
      externalKey === null ? undefined : findByExternalKey(transaction, externalKey),

    create(details, command) {
      const id = randomUUID();
      return customers.create(command, id, async (transaction) => {
        await requireCapacity(transaction);
        const account = accountNumber(await takeAccountSequence(transaction));
        const row = { id, account_number: account, ...sealCustomer(id, details, encryption) };
        await unlessKeyInUse(() => customersTable.insert(transaction, row));
        await replaceAddresses(transaction, id, sealAddresses(id, details, encryption));
        return { accountNumber: account, status: details.status };
      });
    },

    change: (id, change, command) =>
      customers.change(command, id, "updated", async (transaction, current) => {
        const details = change(current);
        const fields = changedFields(current, details);
        if (fields.length === 0) return undefined;
        requireTransition(current, details);
        if (current.status === "closed" && details.status !== "closed") await requireCapacity(transaction);
        const moved = current.status !== details.status;
        const row = { ...sealCustomer(id, details, encryption), ...(moved && { status_changed_at: now }) };
        await unlessKeyInUse(() => customersTable.update(transaction, id, row));
        await replaceAddresses(transaction, id, sealAddresses(id, details, encryption));
        return { fields, ...(moved && { from: current.status, to: details.status }) };
      }),

    remove: (id, command) =>
      customers.remove(command, id, async (transaction, { status }) => {
        if (!deletableStatuses.includes(status)) throw new AppError(customerErrors.CUSTOMER_IN_USE);
        await customersTable.update(transaction, id, { deleted_at: now });
        return { status };
      }),
  };
}

function requireTransition(current: Customer, details: CustomerDetails): void {
  const allowed = [current.status, ...nextStatuses[current.status]];
  if (allowed.includes(details.status)) return;
  const choices = allowed.map((status) => `"${status}"`).join(", ");
  throw invalidField(
    "status",
    `a customer who is ${current.status} cannot become ${details.status}: write one of ${choices}`,
  );
}

async function unlessKeyInUse(write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (error) {
    if (!isKeyInUse(error)) throw error;
    throw invalidField("externalKey", "another customer has this key: write a different one", error);
  }
}

function isKeyInUse(error: unknown): boolean {
  return error instanceof Error && "constraint" in error && error.constraint === "customers_external_key";
}
