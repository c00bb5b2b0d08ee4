import { z } from "zod";
import { errorCode } from "../message/envelope.ts";

export type JsonSchema = Readonly<Record<string, unknown>>;

/** The JSON Schema of a part of the document, with references to the document's own schemas. */
export function jsonSchema(schema: z.ZodType, io: "input" | "output"): JsonSchema {
  const { $schema: _, ...described } = z.toJSONSchema(schema, {
    io,
    unrepresentable: "any",
    override({ zodSchema, jsonSchema: node }) {
      if ((zodSchema as unknown) !== errorCode) return;
      delete node.type;
      node.$ref = "#/components/schemas/ErrorCode";
    },
  });
  return described;
}
