import { z } from "zod";
import { cursor, encodeCursor, pageLimit } from "../../http/message/cursor.ts";
import { instantPosition } from "../../platform/base/instant-position.ts";
import { text, uuid } from "../../platform/base/text.ts";
import type { Queries } from "../../platform/database/database.ts";
import { oneOf } from "../fields/fields.ts";
import type { RowOf } from "./column.ts";
import type { Columns, Table } from "./table.ts";

/** A clear column that a list can be sorted by, in both directions. */
export interface Sort<Column extends string = string> {
  readonly column: Column;
  /** Its type in PostgreSQL. */
  readonly type: string;
  /** What a cursor may hold of it. */
  readonly position: z.ZodType<string, string>;
}

export function byInstant<const Column extends string>(column: Column): Sort<Column> {
  return { column, type: "timestamptz", position: instantPosition };
}

/** `longest` and `shape` of what the column holds; it must compare by bytes (`COLLATE "C"`). */
export function byText<const Column extends string>(
  column: Column,
  longest: number,
  shape = /^\P{Cc}*$/u,
): Sort<Column> {
  return { column, type: "text", position: text(longest).regex(shape) };
}

/** Gives a value a place among the parameters of the statement: `$3`. */
export type Parameter = (value: unknown) => string;

/** A query parameter that restricts a list. */
export interface Filter<Schema extends z.ZodType = z.ZodType> {
  readonly schema: Schema;
  /** SQL over the columns of the table. */
  condition(value: z.output<Schema>, parameter: Parameter): string;
}

/** A filter with a condition of its own. */
export function filter<Schema extends z.ZodType>(
  schema: Schema,
  condition: (value: z.output<Schema>, parameter: Parameter) => string,
): Filter<Schema> {
  return { schema: schema.optional() as never, condition };
}

/** Rows whose column equals the value. */
export function equal<Schema extends z.ZodType>(column: string, schema: Schema): Filter<Schema> {
  return filter(schema, (value, parameter) => `${column} = ${parameter(value)}`);
}

/** Rows whose column equals one of the values. */
export function anyOf<Schema extends z.ZodType<readonly string[]>>(
  column: string,
  schema: Schema,
): Filter<Schema> {
  return filter(schema, (values, parameter) => `${column} = ANY(${parameter(values)})`);
}

/** A place in a sorted list; the next page starts behind it, whatever was inserted meanwhile. */
interface Position {
  readonly sort: string;
  readonly value: string;
  readonly id: string;
}

type Filters = Readonly<Record<string, Filter>>;

/** What a client asked of a list. */
export type ListQuery<Own extends Filters> = {
  readonly sort: string;
  readonly limit: number;
  readonly cursor?: Position | undefined;
} & { readonly [Name in keyof Own]?: z.output<Own[Name]["schema"]> | undefined };

export interface Page<Item> {
  readonly items: readonly Item[];
  /** The cursor of the next page; undefined on the last. */
  readonly next: string | undefined;
}

/** What can be asked of a list, and the statement that answers it. */
export interface Listing<Row, Own extends Filters> {
  /** What `sort` may be: a name, or `-` and a name to descend. */
  readonly orders: readonly string[];
  /** The query parameters. */
  readonly parameters: z.ZodRawShape;
  /** Refuses a cursor of another order. */
  check(query: { readonly sort: string; readonly cursor?: Position }, context: z.RefinementCtx): void;
  page(queries: Queries, query: ListQuery<Own>): Promise<Page<Row>>;
}

/**
 * The list of a table's rows: by these orders and filters and no others. A page is found by position and not by number,
 * so what was there at the start is shown exactly once.
 */
export function defineListing<Own extends Columns, const Restrictions extends Filters>(
  table: Table<Own>,
  {
    sorts,
    initial,
    filters,
  }: {
    readonly sorts: Readonly<Record<string, Sort<keyof RowOf<Own> & string>>>;
    /** The order when none is asked for. */
    readonly initial: string;
    readonly filters: Restrictions;
  },
): Listing<RowOf<Own>, Restrictions> {
  const orders = Object.keys(sorts).flatMap((name) => [name, `-${name}`]);
  const longest = 512;
  const sortOf = (order: string) => sorts[order.replace("-", "")] as Sort<keyof RowOf<Own> & string>;
  const position = z
    .object({ sort: oneOf(orders), value: text(longest), id: uuid("a UUID") })
    .refine(({ sort, value }) => sortOf(sort).position.safeParse(value).success);
  const schemas = Object.entries(filters).map(([name, { schema }]) => [name, schema] as const);

  return {
    orders,
    parameters: {
      sort: oneOf(orders).default(initial),
      ...Object.fromEntries(schemas),
      limit: pageLimit,
      cursor: cursor(position).optional(),
    },
    check(query, context) {
      if (query.cursor === undefined || query.cursor.sort === query.sort) return;
      const message = "use the cursor with the sort it was given for, or start again without it";
      context.addIssue({ code: "custom", path: ["cursor"], message });
    },
    async page(queries, query) {
      const { text: statement, values } = statementOf(table, filters, sortOf(query.sort), query);
      const { rows } = await queries.query<RowOf<Own>>(statement, values);
      const items = rows.slice(0, query.limit);
      const last = rows.length > query.limit ? items.at(-1) : undefined;
      return { items, next: last && encodeCursor(positionOf(last, query.sort, sortOf(query.sort))) };
    },
  };
}

function statementOf(
  { name, selection, visible }: Table<Columns>,
  filters: Filters,
  { column, type }: Sort,
  query: ListQuery<Filters>,
): { readonly text: string; readonly values: readonly unknown[] } {
  const values: unknown[] = [];
  const parameter: Parameter = (value) => `$${values.push(value)}`;
  const asked = Object.entries(filters).filter(([filtered]) => query[filtered] !== undefined);
  const conditions = asked.map(([filtered, { condition }]) => `(${condition(query[filtered], parameter)})`);
  const [direction, beyond] = query.sort.startsWith("-") ? ["DESC", "<"] : ["ASC", ">"];
  const place = `${name}.${column}`;
  if (query.cursor !== undefined) {
    const { value, id } = query.cursor;
    conditions.push(
      `(${place}, ${name}.id) ${beyond} (${parameter(value)}::${type}, ${parameter(id)}::uuid)`,
    );
  }
  const text = `SELECT ${selection} FROM ${name} WHERE ${[visible, ...conditions].join(" AND ")}
    ORDER BY ${place} ${direction}, ${name}.id ${direction} LIMIT ${parameter(query.limit + 1)}`;
  return { text, values };
}

function positionOf(row: object, sort: string, { column }: Sort): Position {
  const { id, [column]: value } = row as Readonly<Record<string, string>>;
  return { sort, value: value as string, id: id as string };
}
