import { z } from "zod";
import { countries } from "../../../../contract/values/countries.ts";
import { text, uuid } from "../../platform/base/text.ts";
import { longestEmailAddress, parseEmailAddress } from "../../platform/contact-data/email-address.ts";
import { longestPhoneNumber, parsePhoneNumber } from "../../platform/contact-data/phone-number.ts";

/** One line of text; `what` completes "write …". */
export function line(what: string, longest: number) {
  return text(longest, `write ${what}`)
    .trim()
    .min(1, `write ${what}`)
    .regex(/^\P{Cc}*$/u, "write it on one line, without control characters");
}

/** One of these words. */
export function oneOf<const Words extends readonly string[]>(
  words: Words,
  message = `write ${alternatives(words)}`,
) {
  return z.enum(words, message);
}

/** Several of these words, separated by commas, for a query. */
export function someOf<const Words extends readonly [string, ...string[]]>(words: Words) {
  const longest = words.join(",").length + words.length;
  const message = `write ${alternatives(words)}, or several with commas`;
  const isWord = (written: string): written is Words[number] => words.includes(written);
  return text(longest, message)
    .transform((written, context) => {
      const each = written.split(",");
      return parsed(each.every(isWord) ? each : undefined, context, message);
    })
    .meta({ examples: [words.slice(0, 2).join(",")], items: { type: "string", enum: words } });
}

/** The path parameters of one resource. `what` is its name with the article: "a customer". */
export function idOf(what: string) {
  return z.strictObject({ id: uuid(`write the id of ${what}, a UUID`) });
}

export function emailAddress() {
  const message = "write an email address such as name@example.com";
  return text(longestEmailAddress, message)
    .transform((written, context) => parsed(parseEmailAddress(written), context, message))
    .meta({ examples: ["ines.moreau@example.com"] });
}

/** A phone number in E.164. A number without `+` is read as dialled in `country`. */
export function phoneNumber(country: string) {
  const message = `write a phone number with its country code, such as +33123456789, or as it is dialled in ${country}`;
  return text(longestPhoneNumber, message)
    .transform((written, context) => parsed(parsePhoneNumber(written, country), context, message))
    .meta({ examples: ["+33123456789"] });
}

/** ISO 3166-1 alpha-2 */
export function countryCode() {
  const message = "write an ISO 3166 country code such as FR";
  return text(16, message)
    .trim()
    .toUpperCase()
    .refine((code): boolean => countries.has(code), message)
    .meta({ examples: ["FR"] });
}

// RFC 5646, 4.4.1: long enough for every tag in use. The time to make a tag canonical grows with the square of its
// length.
const longestLanguage = 35;

/** BCP 47, in its canonical form. */
export function languageTag() {
  const message = "write a language tag such as fr or pt-BR";
  return text(longestLanguage, message)
    .transform((written, context) => parsed(canonicalLanguage(written), context, message))
    .meta({ examples: ["fr"] });
}

/** A shape whose fields may be absent or null. Both are read as null. */
export function orNull<const Shape extends Readonly<Record<string, z.ZodType>>>(shape: Shape) {
  const each = Object.entries(shape).map(([name, field]) => [
    name,
    field.nullish().transform((written) => written ?? null),
  ]);
  return Object.fromEntries(each) as {
    [Name in keyof Shape]: z.ZodType<z.output<Shape[Name]> | null, z.input<Shape[Name]> | null | undefined>;
  };
}

/** The shape of a merge patch (RFC 7396): an absent field is unchanged, null removes it. */
export function patchShape<const Shape extends Readonly<Record<string, z.ZodType>>>(shape: Shape) {
  const each = Object.entries(shape).map(([name, field]) => [name, field.nullish()]);
  return Object.fromEntries(each) as { [Name in keyof Shape]: z.ZodOptional<z.ZodNullable<Shape[Name]>> };
}

function parsed<Value>(value: Value | undefined, context: z.RefinementCtx, message: string): Value {
  if (value !== undefined) return value;
  context.addIssue({ code: "custom", message });
  return z.NEVER;
}

function canonicalLanguage(written: string): string | undefined {
  try {
    const [tag] = Intl.getCanonicalLocales(written.trim());
    return tag !== undefined && tag.length <= longestLanguage ? tag : undefined;
  } catch {
    return undefined;
  }
}

function alternatives(words: readonly string[]): string {
  return `one of ${words.map((word) => `"${word}"`).join(", ")}`;
}
