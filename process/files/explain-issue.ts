import type { z } from "zod";

type Issue = z.core.$ZodRawIssue;

/**
 * Advice on what to write instead, for every kind of fault that a schema detects. A message in the schema takes
 * precedence. The advice never contains the value, which may be a password.
 */
export function explainIssue(issue: Issue): string {
  switch (issue.code) {
    case "invalid_type":
      return invalidType(issue.expected, issue.input);
    case "too_small":
      return `write ${bound(issue.origin, "at least", issue.minimum, issue.inclusive)}`;
    case "too_big":
      return `write ${bound(issue.origin, "at most", issue.maximum, issue.inclusive)}`;
    case "invalid_format":
      return `write ${formats[issue.format] ?? `a value that matches ${issue.pattern ?? issue.format}`}`;
    case "invalid_value":
      return oneOf(issue.values);
    case "not_multiple_of":
      return `write a multiple of ${issue.divisor}`;
    case "unrecognized_keys":
      return "leave it out: there is no such field";
    case "invalid_union":
      return unknownForm(issue);
    case "invalid_key":
      return "use another name for this entry: it is not an allowed one";
    case "invalid_element":
      return "one of the entries is not valid";
    default:
      return "write a valid value";
  }
}

const formats: Readonly<Record<string, string>> = {
  email: "an email address such as name@example.com",
  url: "an absolute URL such as https://example.com/",
  uuid: "a UUID such as 0190163d-8694-739b-aea5-966c26f8ad91",
  datetime: "an instant in UTC such as 2026-01-31T09:30:00Z",
  date: "a date such as 2026-01-31",
  ipv4: "an IPv4 address such as 192.0.2.1",
  ipv6: "an IPv6 address such as 2001:db8::1",
  cidrv4: "an IPv4 prefix such as 192.0.2.0/24",
  cidrv6: "an IPv6 prefix such as 2001:db8::/48",
  e164: "a phone number such as +33123456789",
  base64url: "base64url text without padding",
};

const units: Readonly<Record<string, readonly [string, string]>> = {
  string: ["character", "characters"],
  array: ["entry", "entries"],
  set: ["entry", "entries"],
};

const nouns: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  record: "an object",
  date: "a date",
};

function invalidType(expected: string, input: unknown): string {
  const noun = nouns[expected] ?? expected;
  if (input === undefined) return `is required: write ${noun}`;
  return `write ${noun}, not ${expected === "int" && Number.isFinite(input) ? "a fraction" : kindOf(input)}`;
}

function kindOf(input: unknown): string {
  if (input === null) return "null";
  if (Array.isArray(input)) return "a list";
  if (typeof input === "number" && !Number.isFinite(input)) return "something that is no number";
  return nouns[typeof input] ?? typeof input;
}

function bound(origin: string, word: string, limit: number | bigint, inclusive: boolean | undefined): string {
  const exact = inclusive === false ? `${word === "at least" ? "more than" : "less than"}` : word;
  const [one, many] = units[origin] ?? ["", ""];
  return one === ""
    ? `a value of ${exact} ${limit}`
    : `${exact} ${limit} ${Number(limit) === 1 ? one : many}`;
}

/** One field of an object tells its form. */
function unknownForm({ input, discriminator, options }: Issue): string {
  if (!Array.isArray(options)) return "write one of the forms that the documentation lists for this field";
  const isAbsent = typeof input === "object" && input !== null && !(String(discriminator) in input);
  return `${isAbsent ? "is required: " : ""}${oneOf(options)}`;
}

function oneOf(values: readonly unknown[]): string {
  return `write ${values.length === 1 ? "" : "one of "}${values.map(quoted).join(", ")}`;
}

function quoted(value: unknown): string {
  return typeof value === "string" ? `"${value}"` : String(value);
}
