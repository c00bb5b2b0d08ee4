import type { Queries } from "../../platform/database/database.ts";
import { type Column, now, type RowOf, type WrittenOf } from "./column.ts";

export type Columns = Readonly<Record<string, Column<never, never> | Column>>;

/** One table of a module: its columns, and the statements that every module needs. */
export interface Table<Own extends Columns> {
  readonly name: string;
  readonly columns: Own;
  /** A condition that hides rows from every statement below. */
  readonly visible: string;
  /** The columns that are read, for a SELECT. */
  readonly selection: string;
  find(queries: Queries, id: string): Promise<RowOf<Own> | undefined>;
  /** Rows that fulfil a condition with parameters from `$1` on. */
  where(queries: Queries, condition: string, values: readonly unknown[]): Promise<RowOf<Own>[]>;
  /** Reads the row and locks it until the transaction ends. */
  lock(queries: Queries, id: string): Promise<RowOf<Own> | undefined>;
  insert(queries: Queries, values: WrittenOf<Own>): Promise<void>;
  /** Writes these columns and increments `version`. */
  update(queries: Queries, id: string, values: WrittenOf<Own>): Promise<void>;
}

/** The columns that every resource's table has in addition to its own. */
type ResourceColumns = "id" | "version" | "updated_at";

/** Describes a table with the columns `id`, `version` and `updated_at`. A test compares it with the migrated schema. */
export function defineTable<
  const Own extends Columns & Readonly<Record<ResourceColumns, Column<string, never> | Column<string>>>,
>(name: string, columns: Own, { visible = "true" }: { readonly visible?: string } = {}): Table<Own> {
  const selection = Object.entries(columns)
    .flatMap(([column, { read }]) =>
      read === undefined ? [] : [`${read(`${name}.${column}`)} AS ${column}`],
    )
    .join(", ");
  const where: Table<Own>["where"] = async (queries, condition, values) => {
    const text = `SELECT ${selection} FROM ${name} WHERE (${condition}) AND ${visible}`;
    return (await queries.query<RowOf<Own>>(text, values)).rows;
  };
  const find: Table<Own>["find"] = async (queries, id) => {
    const [row] = await where(queries, `${name}.id = $1`, [id]);
    return row;
  };
  return {
    name,
    columns,
    visible,
    selection,
    where,
    find,
    async lock(queries, id) {
      await queries.query(`SELECT FROM ${name} WHERE id = $1 AND ${visible} FOR UPDATE`, [id]);
      return find(queries, id);
    },
    async insert(queries, values) {
      const written = assignments(columns, values, 1);
      const names = written.map(({ column }) => column).join(", ");
      const places = written.map(({ place }) => place).join(", ");
      await queries.query(`INSERT INTO ${name} (${names}) VALUES (${places})`, parameters(written));
    },
    async update(queries, id, values) {
      const written = assignments(columns, values, 2);
      const sets = written.map(({ column, place }) => `${column} = ${place}, `).join("");
      await queries.query(
        `UPDATE ${name} SET ${sets}version = version + 1, updated_at = now() WHERE id = $1`,
        [id, ...parameters(written)],
      );
    },
  };
}

interface Assignment {
  readonly column: string;
  /** A typed parameter or `now()`. */
  readonly place: string;
  readonly value: readonly unknown[];
}

function assignments(columns: Columns, values: object, first: number): Assignment[] {
  let next = first;
  return Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(([column, value]) => {
      if (value === now) return { column, place: "now()", value: [] };
      const place = `$${next}::${columns[column]?.type}`;
      next += 1;
      return { column, place, value: [value] };
    });
}

function parameters(written: readonly Assignment[]): unknown[] {
  return written.flatMap(({ value }) => value);
}
