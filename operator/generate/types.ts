import { compile } from "json-schema-to-typescript";
import type { Definition } from "./definition.ts";
import type { Schema } from "./schema.ts";

type JsonSchema = Parameters<typeof compile>[0];

/**
 * The TypeScript types of a CRD, of its objects as the API server returns them: a field that has a
 * default is always there.
 */
export async function typesOf(definition: Definition): Promise<string> {
  const {
    apiVersion: _apiVersion,
    kind: _kind,
    metadata: _metadata,
    ...own
  } = definition.schema.properties ?? {};
  const root: JsonSchema = {
    ...typed({ ...definition.schema, properties: own }, definition.kind),
    properties: {
      apiVersion: { const: `${definition.group}/${definition.version}` },
      kind: { const: definition.kind },
      metadata: { tsType: "ObjectMeta" },
      ...children(own, definition.kind),
    },
    required: ["apiVersion", "kind", "metadata", ...(definition.schema.required ?? [])],
  };
  const types = await compile(root, definition.kind, {
    additionalProperties: false,
    bannerComment: `// Generated from crds/${definition.file} by \`npm run generate\`: change that file instead.\n\nimport type { ObjectMeta } from "./metadata.ts";`,
    format: true,
    ignoreMinAndMaxItems: true,
  });
  return types + valueLists(own.status, `${definition.kind}Status`);
}

/** A constant for each enum of the status, for code that needs all values: `tenantStatusPhases`. */
function valueLists(status: Schema | undefined, parent: string): string {
  return Object.entries(status?.properties ?? {})
    .filter(([, { enum: values }]) => values !== undefined)
    .map(([name, { enum: values }]) => {
      const constant = nameBelow(parent, name).replace(/^./, (letter) => letter.toLowerCase());
      return `\n/** All values of {@link ${parent}}'s \`${name}\`. */\nexport const ${constant}s = ${JSON.stringify(values)} as const;\n`;
    })
    .join("");
}

function typed(schema: Schema, name: string): JsonSchema {
  if (schema["x-kubernetes-int-or-string"])
    return { description: schema.description, type: ["integer", "string"] } as JsonSchema;
  return {
    type: schema.type,
    ...(schema.description && { description: schema.description }),
    ...(schema.enum && { enum: [...schema.enum] }),
    ...(schema.items && { items: typed(schema.items, singular(name)) }),
    ...(schema.additionalProperties && { additionalProperties: typed(schema.additionalProperties, name) }),
    ...(schema.properties && {
      title: name,
      properties: children(schema.properties, name),
      required: alwaysPresent(schema),
    }),
  } as JsonSchema;
}

function children(properties: Readonly<Record<string, Schema>>, parent: string): Record<string, JsonSchema> {
  return Object.fromEntries(
    Object.entries(properties).map(([name, schema]) => [name, typed(schema, nameBelow(parent, name))]),
  );
}

function alwaysPresent(schema: Schema): string[] {
  const defaulted = Object.entries(schema.properties ?? {}).filter(
    ([, child]) => child.default !== undefined,
  );
  return [...(schema.required ?? []), ...defaulted.map(([name]) => name)];
}

/** `TenantSpec` and `runtime` make `TenantRuntime`; a status keeps its name: `TenantStatusRuntime`. */
function nameBelow(parent: string, property: string): string {
  const capitalized = property.charAt(0).toUpperCase() + property.slice(1);
  return parent.replace(/Spec$/, "") + capitalized;
}

function singular(name: string): string {
  return name.endsWith("ss") ? `${name}Entry` : name.replace(/s$/, "");
}
