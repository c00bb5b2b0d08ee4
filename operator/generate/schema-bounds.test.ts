import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";

interface Schema {
  readonly type?: string;
  readonly format?: string;
  readonly enum?: readonly unknown[];
  readonly maxLength?: number;
  readonly maxItems?: number;
  readonly maxProperties?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly additionalProperties?: Schema;
  readonly "x-kubernetes-int-or-string"?: boolean;
  readonly "x-kubernetes-preserve-unknown-fields"?: boolean;
}

/** The fields whose value may have any size. The operator stores everything that these schemas accept. */
function unbounded(schema: Schema, path = ""): string[] {
  const inner = [
    ...Object.entries(schema.properties ?? {}).map(([name, field]) => [`${path}.${name}`, field] as const),
    ...(schema.items ? [[`${path}[]`, schema.items] as const] : []),
    ...(schema.additionalProperties ? [[`${path}{}`, schema.additionalProperties] as const] : []),
  ];
  return [
    ...(isBounded(schema) ? [] : [path]),
    ...inner.flatMap(([place, field]) => unbounded(field, place)),
  ];
}

function isBounded(schema: Schema): boolean {
  if (schema["x-kubernetes-preserve-unknown-fields"]) return false;
  if (schema["x-kubernetes-int-or-string"]) return schema.maxLength !== undefined;
  if (schema.type === "string") return schema.maxLength !== undefined || hasFewForms(schema);
  if (schema.type === "array") return schema.maxItems !== undefined;
  return schema.additionalProperties === undefined || schema.maxProperties !== undefined;
}

function hasFewForms({ enum: values, format }: Schema): boolean {
  return values !== undefined || format === "date-time";
}

describe("the schema of", () => {
  it.each(["tenant", "tenantplan", "hostclaim", "retainedtenant"])(
    "a %s bounds every field",
    async (file) => {
      const text = await readFile(new URL(`../../crds/${file}.yaml`, import.meta.url), "utf8");
      const { versions } = parse(text).spec as { versions: { schema: { openAPIV3Schema: Schema } }[] };
      const fields = versions.flatMap(({ schema }) => unbounded(schema.openAPIV3Schema));
      // Fixed by the address that the object is sent to.
      expect(fields).toEqual([".apiVersion", ".kind"]);
    },
  );

  it.each([
    { type: "string" },
    { type: "array", items: { type: "integer" } },
    { additionalProperties: { type: "integer" } },
  ])("each resource is invalid with %o in it", (field) => {
    expect(unbounded({ type: "object", properties: { field } })).toEqual([".field"]);
  });
});
