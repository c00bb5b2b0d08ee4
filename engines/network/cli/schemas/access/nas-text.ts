import { z } from "zod";
import { expected } from "../../../../base/cli/schemas/expected.ts";

/** A name that a NAS gives, or a text that it writes about a session. */
export const nasText = (what: string, example: string) =>
  z
    .string({ error: expected(`a string, such as "${example}" (${what})`) })
    .min(1, { error: expected(`${what}, such as "${example}"`) })
    .max(247, { error: expected(`${what} of at most 247 characters`) })
    .meta({ description: what, examples: [example] });

/** The octets of the longest value of an attribute (RFC 2865 section 5). */
const mostOctets = 253;

/** The value of a RADIUS attribute. A value that is not UTF-8 is `0x` and its octets. */
export const attributeText = (what: string, example: string) =>
  z
    .string({ error: expected(`a string, such as "${example}" (${what})`) })
    .min(1, { error: expected(`${what}, such as "${example}"`) })
    .refine((text) => octetsOf(text) <= mostOctets, {
      abort: true,
      error: ({ input }) =>
        `expected ${what} of at most ${mostOctets} octets (RFC 2865 section 5); found ${octetsOf(String(input))}: shorten it`,
    })
    .meta({ description: what, examples: [example] });

function octetsOf(text: string): number {
  if (/^0x([0-9a-f]{2})+$/.test(text)) return text.length / 2 - 1;
  return new TextEncoder().encode(text).length;
}
