/** The time of the transaction. */
export interface Now {
  readonly time: "of the transaction";
}

/** A value for a column of instants: the time of the transaction. */
export const now: Now = { time: "of the transaction" };

/**
 * Describes how a column is read and written. `Read` is `never` for a column that is only written, and `Write` is
 * `never` for one that the database fills.
 */
export interface Column<Read = unknown, Write = unknown> {
  /** The type as PostgreSQL's `format_type` names it; undefined for an expression over other columns. */
  readonly type: string | undefined;
  readonly nullable: boolean;
  /** Builds the SQL that reads the column from its qualified name; undefined for a column that is only written. */
  readonly read: ((name: string) => string) | undefined;
  /** Exists only for type inference. */
  readonly phantom?: readonly [Read, Write];
}

/** The values of a row with these columns, as JSON, so that it can be cached unchanged. */
export type RowOf<Columns> = {
  readonly [Name in keyof Columns as Columns[Name] extends Column<infer Read, never>
    ? Present<Read, Name>
    : Columns[Name] extends Column<infer Read, infer _Write>
      ? Present<Read, Name>
      : never]: Columns[Name] extends Column<infer Read, infer _Write> ? Read : never;
};

/** The values that can be written to a row. The database fills absent ones. */
export type WrittenOf<Columns> = {
  readonly [Name in keyof Columns as Columns[Name] extends Column<infer _Read, infer Write>
    ? Present<Write, Name>
    : never]?: Columns[Name] extends Column<infer _Read, infer Write> ? Write : never;
};

type Present<Value, Name> = [Value] extends [never] ? never : Name;

function plain<Value>(type: string): Column<Value, Value> {
  return { type, nullable: false, read: (name) => name };
}

export const text = <Value extends string = string>() => plain<Value>("text");
export const uuid = () => plain<string>("uuid");
export const flag = () => plain<boolean>("boolean");
export const integer = () => plain<number>("integer");

/** A list of texts. */
export const texts = () => plain<readonly string[]>("text[]");

/** An object that is stored as jsonb. */
export const json = <Value extends object>() => plain<Value>("jsonb");

/** A 64-bit number, as text. */
export function bigint(): Column<string, string> {
  return { type: "bigint", nullable: false, read: (name) => `${name}::text` };
}

/**
 * An instant in UTC with microseconds. A Date has only milliseconds, and the boundary of a page needs the whole value.
 */
export function instant(): Column<string, string | Now> {
  return {
    type: "timestamp with time zone",
    nullable: false,
    read: (name) => `to_char(${name} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`,
  };
}

/** Bytes, such as sealed text, read in base64. */
export function bytes(): Column<string, Buffer> {
  return { type: "bytea", nullable: false, read: (name) => `encode(${name}, 'base64')` };
}

/** A keyed hash, which is compared but not read. */
export function hash(): Column<never, Buffer> {
  return { type: "bytea", nullable: false, read: undefined };
}

/** Keyed hashes of the beginnings of a value. */
export function hashes(): Column<never, readonly Buffer[]> {
  return { type: "bytea[]", nullable: false, read: undefined };
}

/** The words of a text. PostgreSQL checks that each word fits when it reads the tsvector. */
export function words(): Column<never, string> {
  return { type: "tsvector", nullable: false, read: undefined };
}

/** The same column, which may be null. */
export function nullable<Read, Write>(
  column: Column<Read, Write>,
): Column<[Read] extends [never] ? never : Read | null, Write | null> {
  return { ...column, nullable: true } as never;
}

/** A column that only the database or a separate statement writes. */
export function kept<Read>({ type, nullable: mayBeNull, read }: Column<Read, unknown>): Column<Read, never> {
  return { type, nullable: mayBeNull, read };
}

/** A column that is only written. Other columns or conditions use it. */
export function unread<Write>({ type, nullable: mayBeNull }: Column<unknown, Write>): Column<never, Write> {
  return { type, nullable: mayBeNull, read: undefined };
}

/** The result of an expression over the table's columns. */
export function computed<Read>(sql: string): Column<Read, never> {
  return { type: undefined, nullable: true, read: () => sql };
}
