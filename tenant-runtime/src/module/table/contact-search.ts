import {
  type EmailAddress,
  normaliseLocalPart,
  parseEmailAddress,
} from "../../platform/contact-data/email-address.ts";
import { startOfPhoneNumber } from "../../platform/contact-data/phone-number.ts";
import type { PrefixLengths, SearchIndex } from "../../platform/secrets/search-index.ts";

/** The columns for searching a sealed email and phone. */
export interface ContactHashes {
  readonly email_exact: Buffer | null;
  readonly email_prefixes: readonly Buffer[];
  readonly phone_exact: Buffer | null;
  readonly phone_prefixes: readonly Buffer[];
}

/** The hashes of a search text that may be an email or a phone. */
export interface ContactTerms {
  readonly emailExact: Buffer | undefined;
  readonly emailPrefix: Buffer | undefined;
  readonly phonePrefix: Buffer | undefined;
}

const emailLengths: PrefixLengths = { shortest: 3, longest: 24 };
const phoneLengths: PrefixLengths = { shortest: 4, longest: 15 };

/** The hash of an email in this table, for a search by the whole address. */
export function emailHash(index: SearchIndex, table: string, { normalised }: EmailAddress): Buffer {
  return index.exact(`${table}.email`, normalised);
}

/** The hashes that are stored beside a sealed email and phone of this table. */
export function contactHashes(
  index: SearchIndex,
  table: string,
  contact: { readonly email: string | null; readonly phone: string | null },
): ContactHashes {
  const email = contact.email === null ? undefined : parseEmailAddress(contact.email);
  const digits = contact.phone?.replace("+", "");
  const [emailField, phoneField] = [`${table}.email`, `${table}.phone`];
  return {
    email_exact: email === undefined ? null : emailHash(index, table, email),
    // The @ is indexed too, so that `ann@` finds ann and not annie.
    email_prefixes:
      email === undefined ? [] : index.prefixes(emailField, `${email.localPart}@`, emailLengths),
    phone_exact: digits === undefined ? null : index.exact(phoneField, digits),
    phone_prefixes: digits === undefined ? [] : index.prefixes(phoneField, digits, phoneLengths),
  };
}

/** Reads a search text. Numbers without `+` are read as dialled in `country`. */
export function contactTerms(index: SearchIndex, table: string, text: string, country: string): ContactTerms {
  const email = parseEmailAddress(text);
  // A whole address is compared only as a whole, because the beginnings of domains are not indexed.
  const start = email === undefined ? emailStart(text) : undefined;
  const phone = phoneStart(text, country);
  return {
    emailExact: email && emailHash(index, table, email),
    emailPrefix: start === undefined ? undefined : index.prefix(`${table}.email`, start),
    phonePrefix: phone === undefined ? undefined : index.prefix(`${table}.phone`, phone),
  };
}

/** The terms as SQL conditions on the columns of `contactHashes`. */
export function contactConditions(
  { emailExact, emailPrefix, phonePrefix }: ContactTerms,
  parameter: (value: unknown) => string,
): string[] {
  return [
    ...(emailExact === undefined ? [] : [`email_exact = ${parameter(emailExact)}`]),
    ...(emailPrefix === undefined ? [] : [`email_prefixes @> ARRAY[${parameter(emailPrefix)}::bytea]`]),
    ...(phonePrefix === undefined ? [] : [`phone_prefixes @> ARRAY[${parameter(phonePrefix)}::bytea]`]),
  ];
}

function emailStart(text: string): string | undefined {
  const [localPart = "", domain] = normaliseLocalPart(text).split("@", 2);
  const start = domain === undefined ? localPart : `${localPart}@`;
  const { shortest, longest } = emailLengths;
  // A text longer than the indexed prefixes is cut, so that it finds a few more results, never fewer.
  return /\s/.test(start) || start.length < shortest
    ? undefined
    : Array.from(start).slice(0, longest).join("");
}

function phoneStart(text: string, country: string): string | undefined {
  if (!/^\+?[\d\s().\-/]+$/.test(text)) return undefined;
  const digits = startOfPhoneNumber(text, country) ?? "";
  const { shortest, longest } = phoneLengths;
  return digits.length < shortest || digits.length > longest ? undefined : digits;
}
