import { foldText } from "../../../module/fields/folded-text.ts";
import type { RowOf, WrittenOf } from "../../../module/table/column.ts";
import { contactHashes } from "../../../module/table/contact-search.ts";
import { sealedColumns } from "../../../module/table/sealed-columns.ts";
import { wordVector } from "../../../module/table/word-search.ts";
import type { Encryption } from "../../../platform/secrets/encryption.ts";
import {
  type Address,
  type AddressPurpose,
  addressFor,
  addressPurposes,
  type Customer,
  type CustomerDetails,
} from "./models.ts";
import type { NewAddressRow } from "./repository.ts";
import type { customersTable } from "./table.ts";

type CustomerColumns = typeof customersTable.columns;

/** The columns of a customer with these details: personal data sealed for their row and column, with their hashes. */
export function sealCustomer(
  id: string,
  details: CustomerDetails,
  encryption: Encryption,
): WrittenOf<CustomerColumns> {
  const { seal } = sealedColumns(encryption, "customers", id);
  return {
    external_key: details.externalKey,
    type: details.type,
    status: details.status,
    name: details.name,
    name_folded: foldText(details.name),
    name_words: wordVector([details.name, details.contactName]),
    contact_name: details.contactName,
    language: details.language,
    email_sealed: seal("email_sealed", details.email),
    phone_sealed: seal("phone_sealed", details.phone),
    tax_id_sealed: seal("tax_id_sealed", details.taxId),
    birth_date_sealed: seal("birth_date_sealed", details.birthDate),
    notes_sealed: seal("notes_sealed", details.notes),
    ...contactHashes(encryption.index, "customers", details),
  };
}

/** The rows of a customer's addresses. */
export function sealAddresses(id: string, details: CustomerDetails, encryption: Encryption): NewAddressRow[] {
  return addressPurposes.flatMap((purpose) => {
    const address = addressFor(details, purpose);
    if (address === null) return [];
    const { street, ...clear } = address;
    const { seal } = sealedColumns(encryption, "customer_addresses", `${id}/${purpose}`);
    const sealed = seal("street_sealed", street);
    return [{ ...clear, purpose, city_folded: foldText(address.city), street_sealed: sealed }];
  });
}

/** The customer in a row. Throws if a sealed column was not sealed for this row. */
export function openCustomer(row: RowOf<CustomerColumns>, encryption: Encryption): Customer {
  const { open } = sealedColumns(encryption, "customers", row.id);
  return {
    id: row.id,
    accountNumber: row.account_number,
    type: row.type,
    status: row.status,
    statusChangedAt: row.status_changed_at,
    name: row.name,
    contactName: row.contact_name,
    externalKey: row.external_key,
    language: row.language,
    email: open("email_sealed", row.email_sealed),
    phone: open("phone_sealed", row.phone_sealed),
    taxId: open("tax_id_sealed", row.tax_id_sealed),
    birthDate: open("birth_date_sealed", row.birth_date_sealed),
    notes: open("notes_sealed", row.notes_sealed),
    serviceAddress: openAddress(row, "service", encryption),
    billingAddress: openAddress(row, "billing", encryption),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    version: row.version,
  };
}

function openAddress(
  { id, addresses }: RowOf<CustomerColumns>,
  purpose: AddressPurpose,
  encryption: Encryption,
): Address | null {
  const address = addresses?.[purpose];
  if (address === undefined) return null;
  const { street_sealed, ...clear } = address;
  const { open } = sealedColumns(encryption, "customer_addresses", `${id}/${purpose}`);
  return { street: open("street_sealed", street_sealed), ...clear };
}
