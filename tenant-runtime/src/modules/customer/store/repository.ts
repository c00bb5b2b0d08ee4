import type { Transaction } from "../../../platform/database/database.ts";
import type { AddressPurpose } from "./models.ts";

/** The columns of an address that are written. */
export interface NewAddressRow {
  readonly purpose: AddressPurpose;
  readonly street_sealed: Buffer | null;
  readonly city: string;
  readonly city_folded: string;
  readonly postcode: string | null;
  readonly region: string | null;
  readonly country: string;
}

/** Takes the next number for an account. An unused number leaves a gap. */
export async function takeAccountSequence(transaction: Transaction): Promise<bigint> {
  const { rows } = await transaction.query<{ number: string }>(
    "INSERT INTO taken_account_numbers DEFAULT VALUES RETURNING number::text AS number",
  );
  return BigInt(rows[0]?.number ?? 0);
}

/** The id of the customer with this key in another system. */
export async function findByExternalKey(transaction: Transaction, key: string): Promise<string | undefined> {
  const { rows } = await transaction.query<{ id: string }>(
    "SELECT id FROM customers WHERE external_key = $1 AND deleted_at IS NULL",
    [key],
  );
  return rows[0]?.id;
}

/** Locks a customer against changes until the transaction ends. False if it does not exist. */
export async function holdCustomer(transaction: Transaction, id: string): Promise<boolean> {
  const { rowCount } = await transaction.query(
    "SELECT FROM customers WHERE id = $1 AND deleted_at IS NULL FOR SHARE",
    [id],
  );
  return rowCount > 0;
}

/** Replaces a customer's addresses. */
export async function replaceAddresses(
  transaction: Transaction,
  customerId: string,
  addresses: readonly NewAddressRow[],
): Promise<void> {
  await transaction.query("DELETE FROM customer_addresses WHERE customer_id = $1", [customerId]);
  for (const { purpose, street_sealed, city, city_folded, postcode, region, country } of addresses) {
    await transaction.query(
      `INSERT INTO customer_addresses
         (customer_id, purpose, street_sealed, city, city_folded, postcode, region, country)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [customerId, purpose, street_sealed, city, city_folded, postcode, region, country],
    );
  }
}

/** The number of customers that count against the licence: all except closed ones. */
export async function countCustomers(transaction: Transaction): Promise<number> {
  const { rows } = await transaction.query<{ count: string }>(
    "SELECT count(*) AS count FROM customers WHERE status <> 'closed' AND deleted_at IS NULL",
  );
  return Number(rows[0]?.count ?? 0);
}

/** The licence's limit of customers; undefined if it has none. */
export async function findCustomerLimit(transaction: Transaction): Promise<number | undefined> {
  const { rows } = await transaction.query<{ max_customers: number | null }>(
    "SELECT max_customers FROM public.licenses",
  );
  return rows[0]?.max_customers ?? undefined;
}

/** Lets one transaction at a time add customers. */
export async function lockCustomers(transaction: Transaction): Promise<void> {
  await transaction.query("LOCK TABLE customers IN SHARE ROW EXCLUSIVE MODE");
}
