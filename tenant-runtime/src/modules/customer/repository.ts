import type { Transaction } from "../../platform/database/database.ts";
import type { AddressPurpose } from "./models.ts";

/** What is written of an address. */
export interface NewAddressRow {
  readonly purpose: AddressPurpose;
  readonly street_sealed: Buffer | null;
  readonly city: string;
  readonly city_folded: string;
  readonly postcode: string | null;
  readonly region: string | null;
  readonly country: string;
}

/** Takes the next number for an account; one that is not used in the end leaves a gap. */
export async function takeAccountSequence(transaction: Transaction): Promise<bigint> {
  const { rows } = await transaction.query<{ number: string }>(
    "SELECT nextval('customer_account_numbers')::text AS number",
  );
  return BigInt(rows[0]?.number ?? 0);
}

/** Writes these addresses of a customer in place of those there are. */
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

/** Customers that count against the licence: all but closed ones. */
export async function countSubscribers(transaction: Transaction): Promise<number> {
  const { rows } = await transaction.query<{ count: string }>(
    "SELECT count(*) AS count FROM customers WHERE status <> 'closed' AND deleted_at IS NULL",
  );
  return Number(rows[0]?.count ?? 0);
}

/** The licence's limit of customers; undefined when it has none. */
export async function findSubscriberLimit(transaction: Transaction): Promise<number | undefined> {
  const { rows } = await transaction.query<{ max_customers: number | null }>(
    "SELECT max_customers FROM public.licenses",
  );
  return rows[0]?.max_customers ?? undefined;
}

/** Lets one transaction at a time add customers. */
export async function lockSubscribers(transaction: Transaction): Promise<void> {
  await transaction.query("LOCK TABLE customers IN SHARE ROW EXCLUSIVE MODE");
}
