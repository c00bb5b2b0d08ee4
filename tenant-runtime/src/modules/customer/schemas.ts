import { z } from "zod";
import { countries } from "../../../../contract/countries.ts";
import { instantPosition } from "../../platform/base/instant-position.ts";
import { text, uuid } from "../../platform/base/text.ts";
import { longestEmailAddress, parseEmailAddress } from "../../platform/contact-data/email-address.ts";
import { longestPhoneNumber, parsePhoneNumber } from "../../platform/contact-data/phone-number.ts";
import { longestFoldedBytes } from "./folded-text.ts";
import {
  type Address,
  type CustomerDetails,
  customerStatuses,
  customerTypes,
  firstStatuses,
} from "./models.ts";
import { customerSorts, sortedBy } from "./sorting.ts";

/** One line of text; `what` completes "write …". */
function line(what: string, longest: number) {
  return text(longest, `write ${what}`)
    .trim()
    .min(1, `write ${what}`)
    .regex(/^\P{Cc}*$/u, "write it on one line, without control characters");
}

function countryCode() {
  const message = "write an ISO 3166 country code such as FR";
  return text(16, message)
    .trim()
    .toUpperCase()
    .refine((code) => countries.has(code), message)
    .meta({ examples: ["FR"] });
}

const emailAddress = text(longestEmailAddress, "write an email address such as name@example.com")
  .transform((written, context) => {
    const address = parseEmailAddress(written);
    if (address !== undefined) return address.text;
    context.addIssue({ code: "custom", message: "write an email address such as name@example.com" });
    return z.NEVER;
  })
  .meta({ examples: ["ines.moreau@example.com"] });

function phoneNumber(country: string) {
  const message = `write a phone number with its country code, such as +33123456789, or as it is dialled in ${country}`;
  return text(longestPhoneNumber, message)
    .transform((written, context) => {
      const number = parsePhoneNumber(written, country);
      if (number !== undefined) return number;
      context.addIssue({ code: "custom", message });
      return z.NEVER;
    })
    .meta({ examples: ["+33123456789"] });
}

// RFC 5646, 4.4.1: room for every tag in use. Making one canonical takes time that grows with the square of its length.
const longestLanguage = 35;

const language = text(longestLanguage, "write a language tag such as fr or pt-BR")
  .transform((written, context) => {
    const [tag] = canonicalLocales(written);
    if (tag !== undefined && tag.length <= longestLanguage) return tag;
    context.addIssue({ code: "custom", message: "write a language tag such as fr or pt-BR" });
    return z.NEVER;
  })
  .meta({ examples: ["fr"] });

const birthDate = text(10, "write a date such as 1985-04-12")
  .check(z.iso.date({ error: "write a date such as 1985-04-12", abort: true }))
  .refine((date) => date >= "1900-01-01", "write a date from 1900-01-01 on")
  .refine((date) => date <= new Date().toISOString().slice(0, 10), "write a date in the past")
  .meta({ examples: ["1985-04-12"] });

/** The schemas of customers for an ISP in this country, which is where numbers without `+` are dialled. */
export function customerSchemas(country: string) {
  const address = z.strictObject({
    street: line("street and house number", 200)
      .nullish()
      .meta({ examples: ["12 rue des Lilas"] }),
    city: line("a city", 100).meta({ examples: ["Nantes"] }),
    postcode: line("a postcode", 16)
      .nullish()
      .meta({ examples: ["44000"] }),
    region: line("a region", 100).nullish(),
    country: countryCode().optional().describe(`${country} when left out`),
  });
  const withCountry = address.transform(({ country: written, ...rest }) => ({
    ...rest,
    country: written ?? country,
  }));
  const fields = {
    type: z.enum(customerTypes, 'write "person" or "company"'),
    name: line("the customer's name", 200).meta({ examples: ["Inès Moreau"] }),
    contactName: line("the contact's name", 200).nullish().describe("Whom to ask for, at a company"),
    externalKey: text(64, "write the key as text")
      .regex(/^[\x21-\x7e]{1,64}$/, "write 1 to 64 letters, digits or other ASCII characters, without space")
      .nullish()
      .describe("The customer's key in another system; unique"),
    language: language.optional().describe("en when left out"),
    email: emailAddress.nullish(),
    phone: phoneNumber(country).nullish(),
    taxId: line("the tax number", 32).nullish(),
    birthDate: birthDate.nullish().describe("Of a person only"),
    notes: text(5000).trim().nullish().describe("Seen by staff only"),
    serviceAddress: withCountry.nullish(),
    billingAddress: withCountry.nullish(),
  };
  const anyStatus = z.enum(customerStatuses, oneOf(customerStatuses));
  const created = z
    .strictObject({ ...fields, status: z.enum(firstStatuses, oneOf(firstStatuses)).optional() })
    .superRefine(refuseBirthDateOfCompany)
    .transform(({ status, ...rest }) => completed({ ...rest, status: status ?? "prospect" }));
  const replaced = z
    .strictObject({ ...fields, status: anyStatus })
    .superRefine(refuseBirthDateOfCompany)
    .transform(completed);
  return { created, replaced, patch: patchOf({ ...fields, status: anyStatus }, address) };
}

export type CustomerSchemas = ReturnType<typeof customerSchemas>;

/** A merge patch: what is left out stays, null removes. The customer that results is checked by `replaced`. */
function patchOf<Fields extends z.ZodRawShape>(fields: Fields, address: z.ZodObject) {
  const each = Object.entries(fields).map(([name, field]) => [name, (field as z.ZodType).nullish()] as const);
  const part = address.partial().nullish();
  return z.strictObject({ ...Object.fromEntries(each), serviceAddress: part, billingAddress: part });
}

function refuseBirthDateOfCompany(
  written: { type: string; birthDate?: string | null | undefined },
  context: z.RefinementCtx,
): void {
  if (written.type !== "company" || written.birthDate == null) return;
  context.addIssue({
    code: "custom",
    path: ["birthDate"],
    message: "leave it out: only a person has a birth date",
  });
}

/** What a client left out is null, or its default. */
function completed(written: WrittenCustomer): CustomerDetails {
  return {
    type: written.type,
    status: written.status,
    name: written.name,
    contactName: written.contactName ?? null,
    externalKey: written.externalKey ?? null,
    language: written.language ?? "en",
    email: written.email ?? null,
    phone: written.phone ?? null,
    taxId: written.taxId ?? null,
    birthDate: written.birthDate ?? null,
    notes: written.notes || null,
    serviceAddress: completedAddress(written.serviceAddress),
    billingAddress: completedAddress(written.billingAddress),
  };
}

function completedAddress(written: WrittenAddress | null | undefined): Address | null {
  if (written == null) return null;
  const { street = null, city, postcode = null, region = null, country } = written;
  return { street, city, postcode, region, country };
}

type Optional<Whole, Names extends keyof Whole> = Omit<Whole, Names> & {
  readonly [Name in Names]?: Whole[Name] | undefined;
};
type WrittenAddress = Optional<Address, "street" | "postcode" | "region">;
type WrittenCustomer = Pick<CustomerDetails, "type" | "status" | "name"> & {
  readonly [Name in Exclude<
    keyof CustomerDetails,
    "type" | "status" | "name" | "serviceAddress" | "billingAddress"
  >]?: CustomerDetails[Name] | undefined;
} & {
  readonly serviceAddress?: WrittenAddress | null | undefined;
  readonly billingAddress?: WrittenAddress | null | undefined;
};

function canonicalLocales(written: string): string[] {
  try {
    return Intl.getCanonicalLocales(written.trim());
  } catch {
    return [];
  }
}

function oneOf(values: readonly string[]): string {
  return `write one of ${values.map((value) => `"${value}"`).join(", ")}`;
}

export const customerParams = z.strictObject({ id: uuid("write the id of a customer, a UUID") });

const statusList = text(200)
  .transform((written) => written.split(","))
  .pipe(z.array(z.enum(customerStatuses, `${oneOf(customerStatuses)}, or several with commas`)))
  .meta({ examples: ["active,suspended"] });

const positionValues = {
  createdAt: instantPosition,
  name: text(longestFoldedBytes).regex(/^\P{Cc}*$/u),
  accountNumber: text(20).regex(/^\d{8,20}$/),
};

/** The place in a list behind which a page starts: what stands in the column that is sorted by, and an id. */
export const customerPosition = z
  .object({ sort: z.enum(customerSorts), value: text(longestFoldedBytes), id: uuid("a UUID") })
  .refine(({ sort, value }) => positionValues[sortedBy(sort)].safeParse(value).success);

/** Which customers to list, in which order. */
export const customerFilter = z.strictObject({
  sort: z.enum(customerSorts, oneOf(customerSorts)).default("-createdAt"),
  status: statusList.optional(),
  type: z.enum(customerTypes, oneOf(customerTypes)).optional(),
  city: line("a city", 100).optional().describe("Of either address; case and accents do not matter"),
  postcode: line("a postcode", 16).optional(),
  search: text(100)
    .trim()
    .min(2, "write at least 2 characters")
    .regex(/^\P{Cc}*$/u, "write it without control characters")
    .optional()
    .describe(
      "Words of the name by their beginnings, an external key, or the beginning of an account number, " +
        "of a phone number (4 digits or more) or of an email address (3 characters or more)",
    ),
});

const addressAttributes = z.object({
  street: z.string().nullable(),
  city: z.string(),
  postcode: z.string().nullable(),
  region: z.string().nullable(),
  country: z.string(),
});

/** A customer as the API shows it. */
export const customerAttributes = z.object({
  accountNumber: z
    .string()
    .describe("Digits; the last is a Damm check digit")
    .meta({ examples: ["10000004"] }),
  type: z.enum(customerTypes),
  status: z.enum(customerStatuses),
  statusChangedAt: z.iso.datetime(),
  name: z.string(),
  contactName: z.string().nullable(),
  externalKey: z.string().nullable(),
  language: z.string(),
  email: z.string().nullable(),
  phone: z.string().nullable().describe("E.164"),
  taxId: z.string().nullable(),
  birthDate: z.iso.date().nullable(),
  notes: z.string().nullable(),
  serviceAddress: addressAttributes.nullable(),
  billingAddress: addressAttributes.nullable(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
});
