import * as column from "../../../module/table/column.ts";
import { defineTable } from "../../../module/table/table.ts";
import type { Address, AddressPurpose, CustomerStatus, CustomerType } from "./models.ts";

/** The columns of an address that are read. */
export interface AddressRow extends Omit<Address, "street"> {
  readonly street_sealed: string | null;
}

const sealedOrNull = () => column.nullable(column.bytes());

export const customersTable = defineTable(
  "customers",
  {
    id: column.uuid(),
    account_number: column.text(),
    external_key: column.nullable(column.text()),
    type: column.text<CustomerType>(),
    status: column.text<CustomerStatus>(),
    status_changed_at: column.instant(),
    name: column.text(),
    name_folded: column.text(),
    name_words: column.words(),
    contact_name: column.nullable(column.text()),
    language: column.text(),
    email_sealed: sealedOrNull(),
    email_exact: column.nullable(column.hash()),
    email_prefixes: column.hashes(),
    phone_sealed: sealedOrNull(),
    phone_exact: column.nullable(column.hash()),
    phone_prefixes: column.hashes(),
    tax_id_sealed: sealedOrNull(),
    birth_date_sealed: sealedOrNull(),
    notes_sealed: sealedOrNull(),
    version: column.kept(column.bigint()),
    created_at: column.kept(column.instant()),
    updated_at: column.kept(column.instant()),
    deleted_at: column.unread(column.nullable(column.instant())),
    addresses: column.computed<Readonly<Partial<Record<AddressPurpose, AddressRow>>> | null>(`
      (SELECT jsonb_object_agg(purpose, jsonb_build_object('street_sealed', encode(street_sealed, 'base64'),
         'city', city, 'postcode', postcode, 'region', region, 'country', country))
       FROM customer_addresses WHERE customer_id = customers.id)`),
  },
  { visible: "customers.deleted_at IS NULL" },
);
