/** A node of a JSON Schema. */
type Schema = Record<string, unknown>;

/**
 * Reduces every object that names in `shown` the fields a command reads to those fields, and removes shared schemas
 * that nothing refers to.
 */
export function withOwnFields(root: Schema): Schema {
  const shared = (root.$defs ?? {}) as Record<string, Schema>;
  visit(root, (schema) => {
    if (Array.isArray(schema.shown)) showOwn(schema, schema.shown, shared);
  });
  dropUnused(root, shared);
  return root;
}

function showOwn(schema: Schema, names: readonly unknown[], shared: Record<string, Schema>): void {
  const whole = resolved(schema, shared);
  const own = Object.entries((whole.properties ?? {}) as Record<string, Schema>)
    .filter(([name]) => names.includes(name))
    .map(([name, field]) => [name, resolved(field, shared)]);
  Object.assign(schema, { ...whole, properties: Object.fromEntries(own) });
  Reflect.deleteProperty(schema, "shown");
  Reflect.deleteProperty(schema, "$ref");
}

/** A schema with its reference replaced by the referenced schema. */
function resolved(schema: Schema, shared: Record<string, Schema>): Schema {
  const target = typeof schema.$ref === "string" ? shared[nameOf(schema.$ref)] : undefined;
  if (target === undefined) return schema;
  const { $ref: _, ...own } = schema;
  return { ...resolved(target, shared), ...own };
}

function dropUnused(root: Schema, shared: Record<string, Schema>): void {
  for (;;) {
    const used = new Set<string>();
    visit(root, ({ $ref }) => {
      if (typeof $ref === "string") used.add(nameOf($ref));
    });
    const unused = Object.keys(shared).filter((name) => !used.has(name));
    if (unused.length === 0) return;
    for (const name of unused) Reflect.deleteProperty(shared, name);
  }
}

function nameOf(reference: string): string {
  return reference.slice(reference.lastIndexOf("/") + 1);
}

function visit(schema: unknown, see: (schema: Schema) => void): void {
  if (typeof schema !== "object" || schema === null) return;
  if (!Array.isArray(schema)) see(schema as Schema);
  for (const part of Object.values(schema)) visit(part, see);
}
