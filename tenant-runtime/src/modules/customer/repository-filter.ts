import { foldText } from "./folded-text.ts";
import type { CustomerStatus, CustomerType } from "./models.ts";
import type { SearchTerms } from "./search-terms.ts";

/** Which customers to list; what is undefined does not restrict. */
export interface CustomerFilter {
  readonly status?: readonly CustomerStatus[] | undefined;
  readonly type?: CustomerType | undefined;
  readonly city?: string | undefined;
  readonly postcode?: string | undefined;
  readonly search?: SearchTerms | undefined;
}

export interface Conditions {
  readonly conditions: string[];
  readonly values: unknown[];
}

/** The filter as SQL conditions on `customers c`, all of which must hold, and their parameters. */
export function customerConditions(filter: CustomerFilter): Conditions {
  const conditions = ["c.deleted_at IS NULL"];
  const values: unknown[] = [];
  const parameter = (value: unknown) => `$${values.push(value)}`;
  const address = (column: string, value: string) =>
    `EXISTS (SELECT FROM customer_addresses a WHERE a.customer_id = c.id AND a.${column} = ${parameter(value)})`;
  if (filter.status !== undefined) conditions.push(`c.status = ANY(${parameter(filter.status)})`);
  if (filter.type !== undefined) conditions.push(`c.type = ${parameter(filter.type)}`);
  if (filter.city !== undefined) conditions.push(address("city_folded", foldText(filter.city)));
  if (filter.postcode !== undefined) conditions.push(address("postcode", filter.postcode));
  if (filter.search !== undefined)
    conditions.push(`(${alternatives(filter.search, parameter).join(" OR ")})`);
  return { conditions, values };
}

function alternatives(terms: SearchTerms, parameter: (value: unknown) => string): string[] {
  const found = [`c.external_key = ${parameter(terms.externalKey)}`];
  if (terms.words.length > 0) found.push(`c.name_words @@ ${parameter(startsQuery(terms.words))}::tsquery`);
  if (terms.accountNumberStart !== undefined) {
    found.push(`c.account_number LIKE ${parameter(`${terms.accountNumberStart}%`)}`);
  }
  if (terms.emailExact !== undefined) found.push(`c.email_exact = ${parameter(terms.emailExact)}`);
  if (terms.emailPrefix !== undefined)
    found.push(`c.email_prefixes @> ARRAY[${parameter(terms.emailPrefix)}::bytea]`);
  if (terms.phonePrefix !== undefined)
    found.push(`c.phone_prefixes @> ARRAY[${parameter(terms.phonePrefix)}::bytea]`);
  return found;
}

/** Words hold letters and digits only, so quoting them is enough. */
function startsQuery(words: readonly string[]): string {
  return words.map((word) => `'${word}':*`).join(" & ");
}
