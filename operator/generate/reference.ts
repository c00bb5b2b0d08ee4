import type { Definition } from "./definition.ts";
import type { Schema } from "./schema.ts";

const opening = `<!-- Generated from crds/*.yaml by \`npm run generate\`: change those files instead. -->

# Reference of the custom resources

All are cluster-scoped, in the group \`dotmac.io\`, and \`kubectl get dotmac\` lists them together.
\`kubectl explain tenant.spec\` says the same as this page. A field marked * must be given.

A quantity is text or a whole number: \`500m\`, \`2\`, \`256Mi\`. A number with a fraction, such as \`cpu: 0.5\`, is refused with
\`must be of type integer,string: "number"\`: write \`500m\` or \`"0.5"\`.

Some words are booleans in YAML when they are not in quotes, in any case: yes, no, on, off, true, false. \`country: NO\` (Norway) is
refused with \`must be of type string: "boolean"\`: write \`country: "NO"\`.
`;

/** The reference page of all CRDs, in Markdown. */
export function referenceOf(definitions: readonly Definition[]): string {
  return [opening, ...definitions.map(section)].join("\n");
}

function section(definition: Definition): string {
  const { spec, status } = definition.schema.properties ?? {};
  return [
    `## ${definition.kind}\n`,
    `\`apiVersion: ${definition.group}/${definition.version}\`, \`kind: ${definition.kind}\`, short name \`${definition.shortNames.join("`, `")}\`.\n`,
    `${definition.schema.description}\n`,
    namedRules(definition.schema, "metadata.name"),
    ...(spec ? [fieldsOf("spec", spec)] : []),
    ...(status ? [fieldsOf("status", status)] : []),
    columnsOf(definition),
  ]
    .filter((part) => part !== "")
    .join("\n");
}

function fieldsOf(name: string, schema: Schema): string {
  const rows = flatten(name, schema, schema.required ?? []);
  return [
    `### ${name}\n`,
    `${schema.description}\n`,
    "| field | type | default | meaning |",
    "|---|---|---|---|",
    ...rows.map(({ path, field, required }) => rowOf(path, field, required)),
    "",
    rulesBelow(name, schema),
  ].join("\n");
}

interface Field {
  readonly path: string;
  readonly field: Schema;
  readonly required: boolean;
}

function flatten(path: string, schema: Schema, required: readonly string[]): Field[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const below = field.items ? `${path}.${name}[]` : `${path}.${name}`;
    const container = field.items ?? field;
    return [
      { path: `${path}.${name}`, field, required: required.includes(name) },
      ...flatten(below, container, container.required ?? []),
    ];
  });
}

function rowOf(path: string, field: Schema, required: boolean): string {
  const cells = [
    `\`${path}\`${required ? " *" : ""}`,
    typeOf(field),
    defaultOf(field),
    field.description ?? "",
  ];
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}

function typeOf(field: Schema): string {
  if (field["x-kubernetes-int-or-string"]) return "quantity";
  if (field.items) return `list of ${typeOf(field.items)}${boundsOf(field.minItems, field.maxItems)}`;
  if (field.additionalProperties)
    return `map of ${typeOf(field.additionalProperties)}${boundsOf(undefined, field.maxProperties)}`;
  if (field.enum) return field.enum.map((value) => `\`${value}\``).join(", ");
  if (field.format === "date-time") return "time";
  return `${field.type}${boundsOf(field.minimum, field.maximum)}`;
}

function boundsOf(least: number | undefined, most: number | undefined): string {
  if (least === undefined && most === undefined) return "";
  if (most === undefined) return `, at least ${least}`;
  return least === undefined ? `, at most ${most}` : `, ${least} to ${most}`;
}

function defaultOf(field: Schema): string {
  if (field.default === undefined || field.properties) return "";
  return `\`${Array.isArray(field.default) ? field.default.join(", ") : String(field.default)}\``;
}

function rulesBelow(path: string, schema: Schema): string {
  const rules = rulesOf(path, schema);
  if (rules.length === 0) return "";
  return ["The API server refuses other values with one of these messages:\n", ...rules, ""].join("\n");
}

function rulesOf(path: string, schema: Schema): string[] {
  const own = (schema["x-kubernetes-validations"] ?? []).map(
    ({ message, fieldPath }) => `- \`${path}${fieldPath ?? ""}\`: ${message}`,
  );
  const below = Object.entries(schema.properties ?? {}).flatMap(([name, field]) =>
    rulesOf(`${path}.${name}`, field),
  );
  return [...own, ...below, ...(schema.items ? rulesOf(`${path}[]`, schema.items) : [])];
}

function namedRules(schema: Schema, path: string): string {
  const rules = (schema["x-kubernetes-validations"] ?? []).map(({ message }) => `- \`${path}\`: ${message}`);
  return rules.length === 0 ? "" : ["Its name:\n", ...rules, ""].join("\n");
}

function columnsOf({ columns, plural }: Definition): string {
  return [
    `### Columns of \`kubectl get ${plural}\`\n`,
    "| column | from | meaning |",
    "|---|---|---|",
    ...columns.map(
      ({ name, jsonPath, description }) => `| ${name} | \`${jsonPath}\` | ${description ?? ""} |`,
    ),
    "",
  ].join("\n");
}
