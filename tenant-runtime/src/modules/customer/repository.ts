import type { Transaction } from "../../platform/database/database.ts";
import { type CustomerFilter, customerConditions } from "./repository-filter.ts";
import type { CustomerRow, NewAddressRow, NewCustomerRow } from "./rows.ts";
import type { CustomerPosition, CustomerSort } from "./sorting.ts";

/** Takes the next number for an account; one that is not used in the end leaves a gap. */
export async function takeAccountSequence(transaction: Transaction): Promise<bigint> {
  const { rows } = await transaction.query<{ number: string }>(
    "SELECT nextval('customer_account_numbers')::text AS number",
  );
  return BigInt(rows[0]?.number ?? 0);
}

/** Writes a new customer with its addresses. */
export async function insertCustomer(
  transaction: Transaction,
  accountNumber: string,
  customer: NewCustomerRow,
  addresses: readonly NewAddressRow[],
): Promise<void> {
  const columns = { ...customer, account_number: accountNumber };
  const names = Object.keys(columns);
  await transaction.query(
    `INSERT INTO customers (${names.join(", ")})
     VALUES (${names.map((name, index) => placeholder(name, index + 1)).join(", ")})`,
    Object.values(columns),
  );
  await insertAddresses(transaction, customer.id, addresses);
}

/** Writes a customer's new state and counts its version up. */
export async function updateCustomer(
  transaction: Transaction,
  customer: NewCustomerRow,
  addresses: readonly NewAddressRow[],
): Promise<void> {
  const { id, ...columns } = customer;
  const assignments = Object.keys(columns).map((name, index) => `${name} = ${placeholder(name, index + 2)}`);
  await transaction.query(
    `UPDATE customers SET ${assignments.join(", ")}, version = version + 1, updated_at = now(),
       status_changed_at = CASE WHEN status = $${statusParameter(columns)} THEN status_changed_at ELSE now() END
     WHERE id = $1`,
    [id, ...Object.values(columns)],
  );
  await transaction.query("DELETE FROM customer_addresses WHERE customer_id = $1", [id]);
  await insertAddresses(transaction, id, addresses);
}

/** Hides a customer; its row stays for the accounts that refer to it. */
export async function markCustomerDeleted(transaction: Transaction, id: string): Promise<void> {
  await transaction.query(
    "UPDATE customers SET deleted_at = now(), updated_at = now(), version = version + 1 WHERE id = $1",
    [id],
  );
}

export async function findCustomer(transaction: Transaction, id: string): Promise<CustomerRow | undefined> {
  const { rows } = await transaction.query<CustomerRow>(
    `SELECT ${columnsRead} FROM customers c WHERE c.id = $1 AND c.deleted_at IS NULL`,
    [id],
  );
  return rows[0];
}

/** The same, locked until the transaction ends. */
export async function findCustomerForUpdate(
  transaction: Transaction,
  id: string,
): Promise<CustomerRow | undefined> {
  await transaction.query("SELECT FROM customers WHERE id = $1 AND deleted_at IS NULL FOR UPDATE", [id]);
  return findCustomer(transaction, id);
}

/** At most `limit` customers behind `after` in the order of `sort`. */
export async function findCustomers(
  transaction: Transaction,
  filter: CustomerFilter,
  page: { sort: CustomerSort; after: CustomerPosition | undefined; limit: number },
): Promise<CustomerRow[]> {
  const { column, type, direction, beyond } = orders[page.sort];
  const { conditions, values } = customerConditions(filter);
  if (page.after !== undefined) {
    values.push(page.after.value, page.after.id);
    conditions.push(`(${column}, c.id) ${beyond} ($${values.length - 1}::${type}, $${values.length}::uuid)`);
  }
  values.push(page.limit);
  const { rows } = await transaction.query<CustomerRow>(
    `SELECT ${columnsRead} FROM customers c WHERE ${conditions.join(" AND ")}
     ORDER BY ${column} ${direction}, c.id ${direction} LIMIT $${values.length}`,
    values,
  );
  return rows;
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

const orders = {
  createdAt: { column: "c.created_at", type: "timestamptz", direction: "ASC", beyond: ">" },
  "-createdAt": { column: "c.created_at", type: "timestamptz", direction: "DESC", beyond: "<" },
  name: { column: "c.name_folded", type: "text", direction: "ASC", beyond: ">" },
  "-name": { column: "c.name_folded", type: "text", direction: "DESC", beyond: "<" },
  accountNumber: { column: "c.account_number", type: "text", direction: "ASC", beyond: ">" },
  "-accountNumber": { column: "c.account_number", type: "text", direction: "DESC", beyond: "<" },
} as const satisfies Record<CustomerSort, object>;

// Instants as text: a Date keeps milliseconds only, and a page boundary needs the whole value.
const columnsRead = `
  c.id, c.account_number, c.external_key, c.type, c.status, c.name, c.name_folded, c.contact_name, c.language,
  ${instant("status_changed_at")}, ${instant("created_at")}, ${instant("updated_at")}, c.version::text AS version,
  ${base64("c.email_sealed")} AS email_sealed, ${base64("c.phone_sealed")} AS phone_sealed,
  ${base64("c.tax_id_sealed")} AS tax_id_sealed, ${base64("c.birth_date_sealed")} AS birth_date_sealed,
  ${base64("c.notes_sealed")} AS notes_sealed,
  (SELECT jsonb_object_agg(a.purpose, jsonb_build_object('street_sealed', ${base64("a.street_sealed")},
     'city', a.city, 'postcode', a.postcode, 'region', a.region, 'country', a.country))
   FROM customer_addresses a WHERE a.customer_id = c.id) AS addresses`;

function instant(column: string): string {
  return `to_char(c.${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS ${column}`;
}

function base64(column: string): string {
  return `encode(${column}, 'base64')`;
}

function placeholder(column: string, number: number): string {
  return column === "name_words" ? `$${number}::tsvector` : `$${number}`;
}

function statusParameter(columns: object): number {
  return Object.keys(columns).indexOf("status") + 2;
}

async function insertAddresses(
  transaction: Transaction,
  customerId: string,
  addresses: readonly NewAddressRow[],
): Promise<void> {
  for (const { purpose, street_sealed, city, city_folded, postcode, region, country } of addresses) {
    await transaction.query(
      `INSERT INTO customer_addresses
         (customer_id, purpose, street_sealed, city, city_folded, postcode, region, country)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [customerId, purpose, street_sealed, city, city_folded, postcode, region, country],
    );
  }
}
