import type { z } from "zod";
import { someOf } from "../fields/fields.ts";

/** The query parameter `fields`: the attributes of the answer. */
export function fieldsParameter(attributes: z.ZodObject) {
  const names = Object.keys(attributes.shape) as [string, ...string[]];
  return someOf(names)
    .optional()
    .describe("The only attributes to answer with; the others are left out, though the schema requires them");
}

/** The attributes that a parsed query selects. Undefined for all. */
export function attributesWanted(query: unknown): readonly string[] | undefined {
  return (query as { readonly fields?: readonly string[] }).fields;
}

/** The selected ones of these attributes. */
export function sparse(attributes: object, wanted: readonly string[] | undefined): object {
  if (wanted === undefined) return attributes;
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => wanted.includes(name)));
}
