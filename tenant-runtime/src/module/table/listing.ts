import { z } from "zod";
import { cursor, encodeCursor, pageLimit } from "../../http/message/cursor.ts";
import { instantPosition } from "../../platform/base/instant-position.ts";
import { text, uuid } from "../../platform/base/text.ts";
import type { Database, Queries } from "../../platform/database/database.ts";
import { oneOf } from "../fields/fields.ts";
import type { RowOf } from "./column.ts";
import type { Columns, Table } from "./table.ts";

/** A plain-text column for sorting a list in both directions. */
export interface Sort<Column extends string = string> {
  readonly column: Column;
  /** Its type in PostgreSQL. */
  readonly type: string;
  /** The schema of its value in a cursor. */
  readonly position: z.ZodType<string, string>;
}

export function byInstant<const Column extends string>(column: Column): Sort<Column> {
  return { column, type: "timestamptz", position: instantPosition };
}

/** Sorts by text. `longest` and `shape` describe the column's values. It must compare by bytes (`COLLATE "C"`). */
export function byText<const Column extends string>(
  column: Column,
  longest: number,
  shape = /^\P{Cc}*$/u,
): Sort<Column> {
  return { column, type: "text", position: text(longest).regex(shape) };
}

/** Adds a value to the statement's parameters and returns its name: `$3`. */
export type Parameter = (value: unknown) => string;

/** A query parameter that restricts a list. */
export interface Filter<Schema extends z.ZodType = z.ZodType> {
  readonly schema: Schema;
  /** SQL over the columns of the table. */
  condition(value: z.output<Schema>, parameter: Parameter): string;
}

/** A filter with its own condition. */
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

/** A position in a sorted list. The next page starts after it, regardless of rows inserted in between. */
interface Position {
  readonly sort: string;
  readonly value: string;
  readonly id: string;
}

type Filters = Readonly<Record<string, Filter>>;

/** A client's query of a list. */
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

/** The parameters of a list and the statement that answers it. */
export interface Listing<Row, Own extends Filters> {
  /** The values of `sort`: a name, or `-` and a name for descending order. */
  readonly orders: readonly string[];
  /** The query parameters. */
  readonly parameters: z.ZodRawShape;
  /** Refuses a cursor that belongs to another order. */
  check(query: { readonly sort: string; readonly cursor?: Position }, context: z.RefinementCtx): void;
  page(queries: Queries, query: ListQuery<Own>): Promise<Page<Row>>;
  /** All rows, in pages of `limit`, each in its own transaction. */
  pages(database: Database, query: ListQuery<Own>): AsyncGenerator<readonly Row[]>;
}

/**
 * The list of a table's rows, with only these orders and filters. Pages begin after a position, not at a number, so
 * that every row that existed at the start is shown exactly once.
 */
export function defineListing<Own extends Columns, const Restrictions extends Filters>(
  table: Table<Own>,
  {
    sorts,
    initial,
    filters,
  }: {
    readonly sorts: Readonly<Record<string, Sort<keyof RowOf<Own> & string>>>;
    /** The default order. */
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
      const { items, last } = await read(queries, query);
      return { items, next: last && encodeCursor(last) };
    },
    async *pages(database, query) {
      let cursor: Position | undefined;
      do {
        const asked: ListQuery<Restrictions> = { ...query, cursor };
        const { items, last } = await database.transaction((queries) => read(queries, asked));
        if (items.length > 0) yield items;
        cursor = last;
      } while (cursor !== undefined);
    },
  };

  /** Reads a page, and the position of its last row if more rows follow. */
  async function read(queries: Queries, query: ListQuery<Restrictions>) {
    const { text: statement, values } = statementOf(table, filters, sortOf(query.sort), query);
    const { rows } = await queries.query<RowOf<Own>>(statement, values);
    const items = rows.slice(0, query.limit);
    const last = rows.length > query.limit ? items.at(-1) : undefined;
    return { items, last: last && positionOf(last, query.sort, sortOf(query.sort)) };
  }
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
