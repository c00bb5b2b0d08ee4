import { z } from "zod";

interface Described {
  readonly required?: readonly string[];
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Described>>;
  readonly anyOf?: readonly Described[];
}

/** The columns of a table of such objects: the paths of their fields, such as `serviceAddress.city`. */
export function columnsOf(schema: z.ZodType, io: "input" | "output"): string[] {
  return leaves(describe(schema, io), "").map(({ path }) => path);
}

/** The columns of a table that is read, where each cell is text. Throws when a field is not text. */
export function textColumnsOf(schema: z.ZodType): string[] {
  return leaves(describe(schema, "input"), "").map(({ path, texts }) => {
    if (texts) return path;
    throw new Error(`the field ${path} is no text, so that no cell of a table can hold it: make it text`);
  });
}

/** The columns of fields that each such object must have. */
export function requiredColumnsOf(schema: z.ZodType): string[] {
  return leaves(describe(schema, "input"), "")
    .filter(({ required }) => required)
    .map(({ path }) => path);
}

function describe(schema: z.ZodType, io: "input" | "output"): Described {
  return z.toJSONSchema(schema, { io, unrepresentable: "any" }) as Described;
}

interface Leaf {
  readonly path: string;
  readonly texts: boolean;
  readonly required: boolean;
}

function leaves(described: Described, path: string, required = true): Leaf[] {
  const variants = described.anyOf ?? [described];
  const object = variants.find(({ properties }) => properties !== undefined);
  if (object?.properties === undefined)
    return [{ path, texts: variants.some(({ type }) => type === "string"), required }];
  return Object.entries(object.properties).flatMap(([name, field]) =>
    leaves(
      field,
      path === "" ? name : `${path}.${name}`,
      required && object.required?.includes(name) === true,
    ),
  );
}

/** The object that a row describes, from the paths of its columns. Empty cells are left out. */
export function objectOf(columns: readonly string[], cells: readonly string[]): object {
  const whole: Record<string, unknown> = {};
  for (const [index, column] of columns.entries()) {
    const cell = cells[index];
    if (cell === undefined || cell === "") continue;
    const names = column.split(".");
    const last = names.pop() as string;
    let place = whole;
    for (const name of names) {
      place[name] ??= {};
      place = place[name] as Record<string, unknown>;
    }
    place[last] = cell;
  }
  return whole;
}

/** The cells of an object in these columns. */
export function cellsOf(columns: readonly string[], object: object): string[] {
  return columns.map((column) => {
    let value: unknown = object;
    for (const name of column.split("."))
      value = (value as Record<string, unknown> | null | undefined)?.[name];
    return value === null || value === undefined ? "" : String(value);
  });
}
