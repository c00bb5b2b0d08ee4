/** The largest table of one request. */
export const csvBounds = { bytes: 16 * 1024 * 1024, rows: 50_000 } as const;

/** The most columns without a name at the end of a table, as spreadsheets leave them. */
export const mostUnnamed = 100;

/** The columns and the key of a table. */
export interface CsvShape {
  /** The columns to read. Each table has some of them, in any order. */
  readonly columns: readonly string[];
  /** The columns that every table must have. */
  readonly required?: readonly string[];
  /** Columns of an exported table that are accepted and ignored. */
  readonly ignored?: readonly string[];
  /** The column whose values identify rows, if there is one. */
  readonly key?: string;
}
