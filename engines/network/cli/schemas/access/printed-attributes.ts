import { z } from "zod";
import { output } from "../../../../base/cli/schemas/output.ts";
import type { Attribute } from "../../../src/radius/attributes/attribute.ts";

/** Attributes by name. A value that has a name in the dictionary is printed as that name. */
export const printedAttributes = z.array(
  output({
    name: z.string(),
    tag: z.int().optional(),
    value: z.union([z.string(), z.number()]),
  }),
);

export function printAttributes(attributes: readonly Attribute[]): z.output<typeof printedAttributes> {
  return attributes.map(({ name, tag, value, label }) => ({
    name,
    ...(tag === undefined ? {} : { tag }),
    value: label ?? (typeof value === "number" ? value : String(value)),
  }));
}
