import { line, oneOf, someOf } from "../../module/fields/fields.ts";
import { foldText, longestFoldedBytes } from "../../module/fields/folded-text.ts";
import { contactConditions, contactTerms } from "../../module/table/contact-search.ts";
import {
  anyOf,
  byInstant,
  byText,
  defineListing,
  equal,
  filter,
  type Parameter,
} from "../../module/table/listing.ts";
import { isWordByItself, wordConditions } from "../../module/table/word-search.ts";
import { text } from "../../platform/base/text.ts";
import type { Encryption } from "../../platform/secrets/encryption.ts";
import { customerStatuses, customerTypes } from "./store/models.ts";
import { customersTable } from "./store/table.ts";

/** The filters and orders of the customers of an ISP in this country. */
export function customerListing({ country, encryption }: { country: string; encryption: Encryption }) {
  return defineListing(customersTable, {
    sorts: {
      createdAt: byInstant("created_at"),
      name: byText("name_folded", longestFoldedBytes),
      accountNumber: byText("account_number", 20, /^\d{8,20}$/),
    },
    initial: "-createdAt",
    filters: {
      status: anyOf("status", someOf(customerStatuses)),
      type: equal("type", oneOf(customerTypes)),
      city: filter(
        line("a city", 100).describe("Of either address; case and accents do not matter"),
        (city, parameter) => ofAddress("city_folded", parameter(foldText(city))),
      ),
      postcode: filter(line("a postcode", 16), (code, parameter) => ofAddress("postcode", parameter(code))),
      search: filter(searchText, (written, parameter) =>
        [
          ...clearConditions(written, parameter),
          ...contactConditions(contactTerms(encryption.index, "customers", written, country), parameter),
        ].join(" OR "),
      ),
    },
  });
}

export type CustomerListing = ReturnType<typeof customerListing>;
export type CustomerQuery = Parameters<CustomerListing["page"]>[1];

const searchText = text(100)
  .trim()
  .refine((written) => Array.from(written).length > 1 || isWordByItself(written), {
    error: "write at least 2 characters; 1 is enough in a script without spaces, such as 林",
    abort: true,
  })
  .regex(/^\P{Cc}*$/u, "write it without control characters")
  .describe(
    "Words of the name by their beginnings (in scripts without spaces from any character on), an external key, or the beginning of an account number, " +
      "of a phone number (4 digits or more) or of an email address (3 characters or more)",
  );

function ofAddress(column: string, value: string): string {
  return `EXISTS (SELECT FROM customer_addresses WHERE customer_id = customers.id AND ${column} = ${value})`;
}

/** The conditions of a search text on the plain-text columns. */
function clearConditions(written: string, parameter: Parameter): string[] {
  return [
    `external_key = ${parameter(written)}`,
    ...wordConditions("name_words", written, parameter),
    ...(/^\d{2,20}$/.test(written) ? [`account_number LIKE ${parameter(`${written}%`)}`] : []),
  ];
}
