import type { Encryption } from "../../platform/secrets/encryption.ts";
import { foldedWords, foldText } from "./folded-text.ts";
import {
  type Address,
  type AddressPurpose,
  addressFor,
  addressPurposes,
  type Customer,
  type CustomerDetails,
} from "./models.ts";
import type { AddressRow, CustomerRow, NewAddressRow, NewCustomerRow } from "./rows.ts";
import { contactIndex } from "./search-terms.ts";

/** The columns of a customer with these details: personal data sealed for its place, with its hashes. */
export function sealCustomer(id: string, details: CustomerDetails, encryption: Encryption): NewCustomerRow {
  const seal = (column: string, text: string | null) =>
    sealText(encryption, `customers/${id}/${column}`, text);
  const index = contactIndex(details, encryption.index);
  return {
    id,
    external_key: details.externalKey,
    type: details.type,
    status: details.status,
    name: details.name,
    name_folded: foldText(details.name),
    name_words: vectorOf(foldedWords(`${details.name} ${details.contactName ?? ""}`)),
    contact_name: details.contactName,
    language: details.language,
    email_sealed: seal("email_sealed", details.email),
    email_exact: index.emailExact,
    email_prefixes: index.emailPrefixes,
    phone_sealed: seal("phone_sealed", details.phone),
    phone_exact: index.phoneExact,
    phone_prefixes: index.phonePrefixes,
    tax_id_sealed: seal("tax_id_sealed", details.taxId),
    birth_date_sealed: seal("birth_date_sealed", details.birthDate),
    notes_sealed: seal("notes_sealed", details.notes),
  };
}

/** The rows of a customer's addresses. */
export function sealAddresses(id: string, details: CustomerDetails, encryption: Encryption): NewAddressRow[] {
  return addressPurposes.flatMap((purpose) => {
    const address = addressFor(details, purpose);
    if (address === null) return [];
    const { street, ...clear } = address;
    const sealed = sealText(encryption, streetPlace(id, purpose), street);
    return [{ ...clear, purpose, city_folded: foldText(address.city), street_sealed: sealed }];
  });
}

/** The customer that a row holds. Throws when a sealed column was not sealed for this row. */
export function openCustomer(row: CustomerRow, encryption: Encryption): Customer {
  const open = (column: string, sealed: string | null) =>
    openText(encryption, `customers/${row.id}/${column}`, sealed);
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

function openAddress(row: CustomerRow, purpose: AddressPurpose, encryption: Encryption): Address | null {
  const address: AddressRow | undefined = row.addresses?.[purpose];
  if (address === undefined) return null;
  const { street_sealed, ...clear } = address;
  return { street: openText(encryption, streetPlace(row.id, purpose), street_sealed), ...clear };
}

/** Words hold letters and digits only, so quoting them is enough. */
function vectorOf(words: readonly string[]): string {
  return words.map((word) => `'${word}'`).join(" ");
}

function streetPlace(customerId: string, purpose: AddressPurpose): string {
  return `customer_addresses/${customerId}/${purpose}/street_sealed`;
}

function sealText(encryption: Encryption, place: string, text: string | null): Buffer | null {
  return text === null ? null : encryption.seal(Buffer.from(text), place);
}

function openText(encryption: Encryption, place: string, sealed: string | null): string | null {
  return sealed === null ? null : encryption.open(Buffer.from(sealed, "base64"), place).toString();
}
