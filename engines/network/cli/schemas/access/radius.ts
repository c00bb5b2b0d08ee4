import { z } from "zod";
import { expected } from "../../../../base/cli/schemas/expected.ts";
import { output } from "../../../../base/cli/schemas/output.ts";
import { attempt, parsed } from "../../../../base/cli/schemas/parsed.ts";
import { list, record } from "../../../../base/cli/schemas/record.ts";
import { wholeNumber } from "../../../../base/cli/schemas/scalars.ts";
import { located } from "../../../../base/src/located.ts";
import { toHex } from "../../../src/octets/to-hex.ts";
import type { Attribute, GivenValue, ValueType } from "../../../src/radius/attributes/attribute.ts";
import { fromHex } from "../../../src/radius/octets/from-hex.ts";
import { attribute, meaningOf } from "../../../src/radius/values/build-attribute.ts";

export const hex = parsed("0123 cdef", "octets, two hexadecimal digits each", fromHex);

export const secret = z
  .string({ error: expected('a secret, such as "xyzzy5461"') })
  .min(1, { error: 'expected a secret; found "": write at least one character' })
  .transform((text) => new TextEncoder().encode(text))
  .meta({ description: "the secret shared by the NAS and the server" });

/** A password that the server knows. An empty one is refused, because anybody could log in with it. */
export const knownPassword = z
  .string({ error: expected('a password, such as "arctangent"') })
  .min(1, { error: 'expected a password; found "": write at least one character' });

interface Given {
  readonly name: string;
  readonly value: string | number | readonly Given[];
  readonly tag?: number | undefined;
}

/** An attribute in the input: octets as hexadecimal digits, counts of 64 bits as decimals in strings. */
const given: z.ZodType<Given> = record({
  name: z.string({ error: expected('the name of an attribute, such as "Framed-IP-Address"') }),
  get value(): z.ZodType<Given["value"]> {
    return z.union([z.string(), z.number(), z.array(given)], {
      error: expected("a string, a number or a list of attributes"),
    });
  },
  tag: wholeNumber(1, 31).optional(),
});

export const attributes = list(given.transform((one, context) => attempt(() => built(one), context)));

function built({ name, value, tag }: Given): Attribute {
  if (typeof value === "number") return attribute(name, value, tag);
  if (typeof value === "string") return attribute(name, meant(meaningOf(name).type, value), tag);
  const parts = value.map((one, index) => located(["value", index], () => built(one)));
  return attribute(name, parts, tag);
}

function meant(type: ValueType, text: string): GivenValue {
  if (type === "octets") return located(["value"], () => fromHex(text));
  return type === "integer64" && /^\d{1,20}$/.test(text) ? BigInt(text) : text;
}

interface Printed {
  readonly name: string;
  readonly vendor?: string | undefined;
  readonly tag?: number | undefined;
  readonly type: string;
  readonly value: string | number | readonly Printed[];
  readonly label?: string | undefined;
  readonly malformed?: string | undefined;
}

const printedAttribute: z.ZodType<Printed> = output({
  name: z.string(),
  vendor: z.string().optional(),
  tag: z.int().optional(),
  type: z.string(),
  get value(): z.ZodType<Printed["value"]> {
    return z.union([z.string(), z.number(), z.array(printedAttribute)]);
  },
  label: z.string().optional(),
  malformed: z.string().optional(),
});

export const printedAttributes = z.array(printedAttribute);

/** An attribute in JSON: octets as hexadecimal digits, counts of 64 bits as decimals. */
export function printAttribute({ value, type, ...rest }: Attribute): Printed {
  if (value instanceof Uint8Array) return { ...rest, type, value: toHex(value) };
  if (typeof value === "object") return { ...rest, type, value: value.map(printAttribute) };
  return { ...rest, type, value: typeof value === "bigint" ? String(value) : value };
}
