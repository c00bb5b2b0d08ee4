import type { AddressPurpose, CustomerStatus, CustomerType } from "./models.ts";

/** What is written of a customer; the database adds account number, version and times. */
export interface NewCustomerRow {
  readonly id: string;
  readonly external_key: string | null;
  readonly type: CustomerType;
  readonly status: CustomerStatus;
  readonly name: string;
  readonly name_folded: string;
  /** As PostgreSQL reads a tsvector, which is when it checks that each word fits. */
  readonly name_words: string;
  readonly contact_name: string | null;
  readonly language: string;
  readonly email_sealed: Buffer | null;
  readonly email_exact: Buffer | null;
  readonly email_prefixes: readonly Buffer[];
  readonly phone_sealed: Buffer | null;
  readonly phone_exact: Buffer | null;
  readonly phone_prefixes: readonly Buffer[];
  readonly tax_id_sealed: Buffer | null;
  readonly birth_date_sealed: Buffer | null;
  readonly notes_sealed: Buffer | null;
}

export interface NewAddressRow {
  readonly purpose: AddressPurpose;
  readonly street_sealed: Buffer | null;
  readonly city: string;
  readonly city_folded: string;
  readonly postcode: string | null;
  readonly region: string | null;
  readonly country: string;
}

/** What is read of a customer: JSON, with sealed columns in base64, so that it can be cached as it is. */
export interface CustomerRow {
  readonly id: string;
  readonly account_number: string;
  readonly external_key: string | null;
  readonly type: CustomerType;
  readonly status: CustomerStatus;
  readonly status_changed_at: string;
  readonly name: string;
  readonly name_folded: string;
  readonly contact_name: string | null;
  readonly language: string;
  readonly email_sealed: string | null;
  readonly phone_sealed: string | null;
  readonly tax_id_sealed: string | null;
  readonly birth_date_sealed: string | null;
  readonly notes_sealed: string | null;
  readonly version: string;
  readonly created_at: string;
  readonly updated_at: string;
  readonly addresses: Readonly<Partial<Record<AddressPurpose, AddressRow>>> | null;
}

export interface AddressRow {
  readonly street_sealed: string | null;
  readonly city: string;
  readonly postcode: string | null;
  readonly region: string | null;
  readonly country: string;
}
