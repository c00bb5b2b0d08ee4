import { z } from "zod";
import type { Clock } from "../../../../process/clock.ts";
import {
  countryCode,
  emailAddress,
  languageTag,
  line,
  oneOf,
  orNull,
  patchShape,
  phoneNumber,
} from "../../module/fields/fields.ts";
import { datesIn } from "../../platform/base/dates-in.ts";
import { text } from "../../platform/base/text.ts";
import { type CustomerDetails, customerStatuses, customerTypes, firstStatuses } from "./store/models.ts";

/** `today` is the date at the ISP. */
function birthDateUntil(today: () => string) {
  return text(10, "write a date such as 1985-04-12")
    .check(z.iso.date({ error: "write a date such as 1985-04-12", abort: true }))
    .refine((date) => date >= "1900-01-01", "write a date from 1900-01-01 on")
    .refine((date) => date <= today(), "write a date in the past")
    .meta({ examples: ["1985-04-12"] });
}

const externalKey = text(64, "write the key as text")
  .regex(/^[\x21-\x7e]{1,64}$/, "write 1 to 64 letters, digits or other ASCII characters, without space")
  .describe("The customer's key in another system; unique");

/**
 * The schemas of customers for an ISP in this country and time zone. Numbers without `+` are read as dialled there, and
 * a birth date is compared with the date there.
 */
export function customerSchemas(
  { country, timeZone }: { readonly country: string; readonly timeZone: string },
  clock: Clock,
) {
  const dateOf = datesIn(timeZone);
  const birthDate = birthDateUntil(() => dateOf(clock.now()));
  const city = line("a city", 100).meta({ examples: ["Nantes"] });
  const place = {
    street: line("street and house number", 200).meta({ examples: ["12 rue des Lilas"] }),
    postcode: line("a postcode", 16).meta({ examples: ["44000"] }),
    region: line("a region", 100),
  };
  const address = z.strictObject({ city, ...orNull(place), country: countryCode().default(country) });
  const required = {
    type: oneOf(customerTypes, 'write "person" or "company"'),
    name: line("the customer's name", 200).meta({ examples: ["Inès Moreau"] }),
  };
  const optional = {
    contactName: line("the contact's name", 200).describe("The person to ask for, at a company"),
    externalKey,
    email: emailAddress().transform((email) => email.text),
    phone: phoneNumber(country),
    taxId: line("the tax number", 32),
    birthDate: birthDate.describe("Of a person only"),
    notes: text(5000)
      .trim()
      .transform((notes) => notes || null)
      .describe("Seen by staff only"),
    serviceAddress: address,
    billingAddress: address,
  };
  const status = oneOf(customerStatuses);
  const language = languageTag();
  const others = { ...orNull(optional), language: language.default("en") };
  const created = z
    .strictObject({ ...required, status: oneOf(firstStatuses).default("prospect"), ...others })
    .superRefine(refuseBirthDateOfCompany);
  const replaced = z.strictObject({ ...required, status, ...others }).superRefine(refuseBirthDateOfCompany);
  const part = z.strictObject(patchShape({ city, ...place, country: countryCode() })).nullish();
  const patch = z.strictObject({
    ...patchShape({ ...required, ...optional, language, status }),
    serviceAddress: part,
    billingAddress: part,
  });
  return { created, replaced, patch };
}

export type CustomerSchemas = ReturnType<typeof customerSchemas>;

function refuseBirthDateOfCompany(
  { type, birthDate }: Pick<CustomerDetails, "type" | "birthDate">,
  context: z.RefinementCtx,
): void {
  if (type !== "company" || birthDate === null) return;
  const message = "leave it out: only a person has a birth date";
  context.addIssue({ code: "custom", path: ["birthDate"], message });
}

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
