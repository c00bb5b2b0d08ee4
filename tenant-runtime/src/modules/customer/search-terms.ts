import { normaliseLocalPart, parseEmailAddress } from "../../platform/contact-data/email-address.ts";
import { startOfPhoneNumber } from "../../platform/contact-data/phone-number.ts";
import type { PrefixLengths, SearchIndex } from "../../platform/secrets/search-index.ts";
import { foldedWords } from "./folded-text.ts";

/** How a customer's email and phone can be found. */
export interface ContactIndex {
  readonly emailExact: Buffer | null;
  readonly emailPrefixes: readonly Buffer[];
  readonly phoneExact: Buffer | null;
  readonly phonePrefixes: readonly Buffer[];
}

/** What a text in the search box may mean; a customer that fits one of these is found. */
export interface SearchTerms {
  readonly externalKey: string;
  readonly words: readonly string[];
  readonly accountNumberStart: string | undefined;
  readonly emailExact: Buffer | undefined;
  readonly emailPrefix: Buffer | undefined;
  readonly phonePrefix: Buffer | undefined;
}

const emailField = "customers.email";
const phoneField = "customers.phone";
const emailLengths: PrefixLengths = { shortest: 3, longest: 24 };
const phoneLengths: PrefixLengths = { shortest: 4, longest: 15 };

/** The hashes to keep beside a sealed email and phone. */
export function contactIndex(
  contact: { readonly email: string | null; readonly phone: string | null },
  index: SearchIndex,
): ContactIndex {
  const email = contact.email === null ? undefined : parseEmailAddress(contact.email);
  const digits = contact.phone?.replace("+", "");
  return {
    emailExact: email === undefined ? null : index.exact(emailField, email.normalised),
    // The @ is indexed too, so that `ann@` finds ann and not annie.
    emailPrefixes: email === undefined ? [] : index.prefixes(emailField, `${email.localPart}@`, emailLengths),
    phoneExact: digits === undefined ? null : index.exact(phoneField, digits),
    phonePrefixes: digits === undefined ? [] : index.prefixes(phoneField, digits, phoneLengths),
  };
}

/** Reads a search text; numbers without `+` are taken as dialled in `country`. */
export function searchTerms(text: string, country: string, index: SearchIndex): SearchTerms {
  const email = parseEmailAddress(text);
  // A whole address is compared as a whole: the beginnings of domains are not indexed.
  const start = email === undefined ? emailStart(text) : undefined;
  const phone = phoneStart(text, country);
  return {
    externalKey: text,
    words: text.includes("@") ? [] : foldedWords(text),
    accountNumberStart: /^\d{2,20}$/.test(text) ? text : undefined,
    emailExact: email && index.exact(emailField, email.normalised),
    emailPrefix: start === undefined ? undefined : index.prefix(emailField, start),
    phonePrefix: phone === undefined ? undefined : index.prefix(phoneField, phone),
  };
}

function emailStart(text: string): string | undefined {
  const [localPart = "", domain] = normaliseLocalPart(text).split("@", 2);
  const start = domain === undefined ? localPart : `${localPart}@`;
  const { shortest, longest } = emailLengths;
  // What is longer than the index goes is cut: it finds a little more, never less.
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
