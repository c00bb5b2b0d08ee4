import { randomUUID } from "node:crypto";
import type { Recorder } from "../../module/record.ts";
import { AppError } from "../../platform/base/errors.ts";
import { requireVersion } from "../../platform/base/expected-version.ts";
import type { Database, Transaction } from "../../platform/database/database.ts";
import { type Command, carryOut } from "../../platform/events/command.ts";
import type { Cache } from "../../platform/redis/cache.ts";
import type { Encryption } from "../../platform/secrets/encryption.ts";
import { accountNumber } from "./account-number.ts";
import { requireCapacity } from "./capacity.ts";
import { changedFields } from "./changed-fields.ts";
import { customerErrors } from "./errors.ts";
import { type Customer, type CustomerDetails, customer, deletableStatuses, nextStatuses } from "./models.ts";
import {
  findCustomer,
  findCustomerForUpdate,
  findCustomers,
  insertCustomer,
  markCustomerDeleted,
  takeAccountSequence,
  updateCustomer,
} from "./repository.ts";
import type { CustomerFilter } from "./repository-filter.ts";
import type { CustomerRow } from "./rows.ts";
import { openCustomer, sealAddresses, sealCustomer } from "./sealing.ts";
import { searchTerms } from "./search-terms.ts";
import { type CustomerPosition, type CustomerSort, sortedBy } from "./sorting.ts";

export interface CustomerListing extends Omit<CustomerFilter, "search"> {
  readonly search?: string | undefined;
  readonly sort: CustomerSort;
  readonly cursor?: CustomerPosition | undefined;
  readonly limit: number;
}

export interface CustomerPage {
  readonly customers: readonly Customer[];
  /** Where the next page starts; undefined on the last. */
  readonly next: CustomerPosition | undefined;
}

/** Decides what becomes of a customer; throws VALIDATION_FAILED when the result is not one. */
export type CustomerChange = (current: Customer) => CustomerDetails;

/** The commands and queries on customers. Each is one transaction. */
export interface CustomerService {
  list(listing: CustomerListing): Promise<CustomerPage>;
  /** Throws NOT_FOUND, as do the following. */
  retrieve(id: string): Promise<Customer>;
  /** Throws CUSTOMER_LIMIT_REACHED, or VALIDATION_FAILED for an external key in use. */
  create(details: CustomerDetails, command: Command): Promise<Customer>;
  /** Throws PRECONDITION_FAILED, or VALIDATION_FAILED for a status that cannot follow the present one. */
  change(id: string, change: CustomerChange, command: Command): Promise<Customer>;
  /** Throws CUSTOMER_IN_USE unless the customer is a prospect or closed. */
  remove(id: string, command: Command): Promise<void>;
}

export function createCustomerService(world: {
  readonly database: Database;
  readonly cache: Cache;
  readonly encryption: Encryption;
  readonly recorder: Recorder;
  readonly country: string;
}): CustomerService {
  const { database, cache, encryption, recorder, country } = world;

  const run = async <Result>(
    command: Command,
    work: (transaction: Transaction) => Promise<Result>,
  ): Promise<Result> => {
    const result = await carryOut(database, command, work);
    await cache.invalidate("customers");
    return result;
  };

  return {
    async list({ search, sort, cursor, limit, ...filter }) {
      const terms = search === undefined ? undefined : searchTerms(search, country, encryption.index);
      const rows = await database.transaction((transaction) =>
        findCustomers(transaction, { ...filter, search: terms }, { sort, after: cursor, limit: limit + 1 }),
      );
      const page = rows.slice(0, limit);
      const last = rows.length > limit ? page.at(-1) : undefined;
      return {
        customers: page.map((row) => openCustomer(row, encryption)),
        next: last && { sort, value: sortValue(last, sort), id: last.id },
      };
    },

    async retrieve(id) {
      const row = await cache.through("customers", id, () =>
        database.transaction(async (transaction) => (await findCustomer(transaction, id)) ?? null),
      );
      return openCustomer(existing(row ?? undefined), encryption);
    },

    create: (details, command) =>
      run(command, async (transaction) => {
        await requireCapacity(transaction);
        const id = randomUUID();
        const account = accountNumber(await takeAccountSequence(transaction));
        await unlessKeyInUse(() =>
          insertCustomer(
            transaction,
            account,
            sealCustomer(id, details, encryption),
            sealAddresses(id, details, encryption),
          ),
        );
        const recorded = { accountNumber: account, status: details.status };
        await recorder.change(transaction, customer, {
          verb: "created",
          id,
          actor: command.actor,
          details: recorded,
        });
        return openCustomer(existing(await findCustomer(transaction, id)), encryption);
      }),

    change: (id, change, command) =>
      run(command, async (transaction) => {
        const current = openCustomer(existing(await findCustomerForUpdate(transaction, id)), encryption);
        requireVersion(command.expected, current.version);
        const details = change(current);
        const fields = changedFields(current, details);
        if (fields.length === 0) return current;
        requireTransition(current, details);
        if (current.status === "closed" && details.status !== "closed") await requireCapacity(transaction);
        await unlessKeyInUse(() =>
          updateCustomer(
            transaction,
            sealCustomer(id, details, encryption),
            sealAddresses(id, details, encryption),
          ),
        );
        const statuses = fields.includes("status") ? { from: current.status, to: details.status } : {};
        const recorded = { fields, ...statuses };
        await recorder.change(transaction, customer, {
          verb: "updated",
          id,
          actor: command.actor,
          details: recorded,
        });
        return openCustomer(existing(await findCustomer(transaction, id)), encryption);
      }),

    remove: (id, command) =>
      run(command, async (transaction) => {
        const current = existing(await findCustomerForUpdate(transaction, id));
        requireVersion(command.expected, current.version);
        if (!deletableStatuses.includes(current.status)) throw new AppError(customerErrors.CUSTOMER_IN_USE);
        await markCustomerDeleted(transaction, id);
        const recorded = { status: current.status };
        await recorder.change(transaction, customer, {
          verb: "deleted",
          id,
          actor: command.actor,
          details: recorded,
        });
      }),
  };
}

function existing(row: CustomerRow | undefined): CustomerRow {
  if (row === undefined) throw new AppError("NOT_FOUND");
  return row;
}

function sortValue(row: CustomerRow, sort: CustomerSort): string {
  switch (sortedBy(sort)) {
    case "name":
      return row.name_folded;
    case "accountNumber":
      return row.account_number;
    case "createdAt":
      return row.created_at;
  }
}

function requireTransition(current: Customer, details: CustomerDetails): void {
  const allowed = [current.status, ...nextStatuses[current.status]];
  if (allowed.includes(details.status)) return;
  const choices = allowed.map((status) => `"${status}"`).join(", ");
  const message = `a customer who is ${current.status} cannot become ${details.status}: write one of ${choices}`;
  throw new AppError("VALIDATION_FAILED", { details: [{ field: "body.status", message }] });
}

async function unlessKeyInUse(write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (error) {
    if (!isKeyInUse(error)) throw error;
    const message = "another customer has this key: write a different one";
    throw new AppError("VALIDATION_FAILED", {
      details: [{ field: "body.externalKey", message }],
      cause: error,
    });
  }
}

function isKeyInUse(error: unknown): boolean {
  return error instanceof Error && "constraint" in error && error.constraint === "customers_external_key";
}
