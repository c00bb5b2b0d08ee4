import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { CsvError, parse } from "csv-parse";
import { AppError, type ErrorDetail } from "../../platform/base/errors.ts";
import { malformed, tooLarge } from "./csv-refusals.ts";
import { type CsvShape, csvBounds, mostUnnamed } from "./csv-shape.ts";
import { withoutGuard } from "./formula-guard.ts";
import { isBreak } from "./line-count.ts";
import { Lines } from "./lines.ts";
import { type Separator, withSeparator } from "./separator.ts";
import { Utf8Lines } from "./utf8-lines.ts";

const longestRecord = 64 * 1024;
const rowsOfPart = 100;
const charactersOfPart = 64 * 1024;
const mostNamed = 10;
const longestQuoted = 40;

/** One row: the number of its last line, and its cells in the order of the table's own columns. */
export type CsvRow = readonly [line: number, cells: readonly string[]];

export interface ReadCsv {
  /** The table's own columns, without ignored ones. */
  readonly columns: readonly string[];
  readonly rows: number;
  /** SHA-256 of the bytes. */
  readonly digest: string;
}

/**
 * Reads a table (RFC 4180 or with semicolons, UTF-8, with a header row) without its empty rows, and passes its rows
 * on in parts of at most a hundred rows or 64 Ki characters. It waits until each part is taken, so memory holds no
 * more. Throws errors that say what to write instead: MALFORMED_CSV, BODY_TOO_LARGE or VALIDATION_ERROR. Removes
 * the apostrophes that `csvText` writes.
 */
export async function readCsv(
  bytes: AsyncIterable<Buffer>,
  shape: CsvShape,
  take: (rows: readonly CsvRow[]) => Promise<void>,
): Promise<ReadCsv> {
  const hash = createHash("sha256");
  const table = new Table(shape);
  const lines = new Lines();
  const { separator, bytes: all } = await withSeparator(bytes);
  const parser = parse({
    bom: true,
    delimiter: separator,
    record_delimiter: ["\r\n", "\n", "\r"],
    skip_empty_lines: true,
    // Spreadsheets write rows of only commas for emptied rows.
    skip_records_with_empty_values: true,
    // The table counts cells itself: spreadsheets leave out trailing cells of columns without a name in some rows.
    relax_column_count: true,
    max_record_size: longestRecord,
    on_record: (record, { bytes: end }) => table.rowOf(record, lines.before(end)),
  });
  const seen = (chunk: Buffer) => void hash.update(chunk);
  const source = checked(all, shape, { separator, lines, seen });
  const fed = pipeline(Readable.from(source), parser as NodeJS.WritableStream);
  // A failure there also ends the parser.
  fed.catch(() => {});
  try {
    await takeParts(parser as AsyncIterable<string[]>, take);
    return { columns: table.requireColumns(), rows: table.rows, digest: hash.digest("base64url") };
  } catch (error) {
    throw error instanceof CsvError ? malformed(whatIsWrong(error, lines), error) : error;
  } finally {
    parser.destroy();
  }
}

async function takeParts(
  rows: AsyncIterable<string[]>,
  take: (rows: readonly CsvRow[]) => Promise<void>,
): Promise<void> {
  let part: CsvRow[] = [];
  let characters = 0;
  for await (const [line, ...cells] of rows) {
    part.push([Number(line), cells]);
    for (const cell of cells) characters += cell.length;
    if (part.length < rowsOfPart && characters < charactersOfPart) continue;
    await take(part);
    part = [];
    characters = 0;
  }
  if (part.length > 0) await take(part);
}

/** The state of a table during reading. Throws at the first invalid row. */
class Table {
  readonly #shape: CsvShape;
  readonly #lines = new Map<string, number>();
  #columns: readonly string[] | undefined;
  /** The positions of the columns that are read. */
  #read: readonly number[] = [];
  /** The number of columns with a name, and of all. */
  #width = { named: 0, all: 0 };
  #rows = 0;

  constructor(shape: CsvShape) {
    this.#shape = shape;
  }

  get rows(): number {
    return this.#rows;
  }

  /** The line and the cells; null for the header. */
  rowOf(record: readonly string[], line: number): string[] | null {
    if (this.#columns === undefined) {
      const names = requireHeader(withoutUnnamed(record), this.#shape);
      this.#width = { named: names.length, all: record.length };
      this.#read = [...names.keys()].filter((index) => this.#shape.columns.includes(names[index] as string));
      this.#columns = this.#read.map((index) => names[index] as string);
      return null;
    }
    this.#rows += 1;
    if (this.#rows > csvBounds.rows) throw tooLarge(`send at most ${csvBounds.rows} rows at once`);
    this.#requireWidth(record, line);
    const cells = this.#read.map((index) => withoutGuard(record[index] as string));
    this.#requireOwnKey(cells, line);
    return [String(line), ...cells];
  }

  /** Throws if there is no header, or no row below it. */
  requireColumns(): readonly string[] {
    const { columns } = this.#shape;
    if (this.#columns === undefined || this.#columns.length === 0)
      throw malformed(`begin with a row of column names: ${columns.join(",")}`);
    if (this.#rows === 0) throw malformed("write at least one row below the column names");
    return this.#columns;
  }

  #requireWidth(record: readonly string[], line: number): void {
    const { named, all } = this.#width;
    if (record.length < named || record.length > all)
      throw malformed(
        `write as many cells as there are columns, and quote a cell that holds a comma or semicolon: line ${line}`,
      );
    const unnamed = record.findIndex((cell, index) => index >= named && cell.trim() !== "");
    if (unnamed < 0) return;
    throw malformed(`write a name for column ${unnamed + 1}, or leave its cells empty: line ${line}`);
  }

  #requireOwnKey(cells: readonly string[], line: number): void {
    const { key } = this.#shape;
    const value = key === undefined ? "" : (cells[this.#columns?.indexOf(key) ?? -1] ?? "");
    if (value === "") return;
    const earlier = this.#lines.get(value);
    if (earlier !== undefined) {
      const message = `write another ${key}: line ${earlier} has the same`;
      throw new AppError("VALIDATION_ERROR", { details: [{ in: "body", field: `line ${line}`, message }] });
    }
    this.#lines.set(value, line);
  }
}

/** The names without the empty ones at the end, which spreadsheets write for columns that were emptied. */
function withoutUnnamed(names: readonly string[]): readonly string[] {
  return names.slice(0, names.findLastIndex((name) => name.trim() !== "") + 1);
}

function requireHeader(
  names: readonly string[],
  { columns, required = [], ignored = [] }: CsvShape,
): readonly string[] {
  const faults = names.flatMap((name, index): ErrorDetail[] => {
    const field = `column ${index + 1}`;
    if (!columns.includes(name) && !ignored.includes(name))
      return [{ in: "body", field, message: `write one of ${columns.join(", ")}, not ${quoted(name)}` }];
    if (names.indexOf(name) === index) return [];
    return [{ in: "body", field, message: `leave it out: ${name} is there already` }];
  });
  for (const name of required) {
    if (!names.includes(name))
      faults.push({ in: "body", field: name, message: "write this column too: each row needs it" });
  }
  if (faults.length > 0) throw new AppError("VALIDATION_ERROR", { details: faults.slice(0, mostNamed) });
  return names;
}

/** The quoted name, shortened if it is long. */
function quoted(name: string): string {
  return JSON.stringify(name.length > longestQuoted ? `${name.slice(0, longestQuoted)}…` : name);
}

interface Watched {
  readonly separator: Separator;
  /** Gets every chunk before it is checked. */
  readonly lines: Lines;
  /** Gets every chunk that has passed. */
  readonly seen: (chunk: Buffer) => void;
}

/**
 * Passes the bytes on unchanged. Throws unless they are UTF-8, not too many, and no row has more cells than columns.
 */
async function* checked(
  bytes: AsyncIterable<Buffer>,
  { columns, ignored = [] }: CsvShape,
  { separator, lines, seen }: Watched,
): AsyncGenerator<Buffer> {
  const encoding = new Utf8Lines(lines);
  const requireFewCells = cellCounter(columns.length + ignored.length, separator);
  let size = 0;
  for await (const chunk of bytes) {
    size += chunk.length;
    if (size > csvBounds.bytes) throw tooLarge(`send at most ${csvBounds.bytes / 1024 / 1024} MiB at once`);
    lines.add(chunk);
    encoding.require(chunk);
    if (chunk.includes(0)) throw malformed("write it without NUL, in UTF-8: UTF-16 is not read");
    requireFewCells(chunk);
    seen(chunk);
    yield chunk;
  }
  encoding.requireEnd();
}

const quote = 0x22;

/**
 * Counts cells while bytes arrive. The parser checks their number only at the end of a row, so endless empty cells
 * would fill the memory.
 */
function cellCounter(most: number, separator: Separator): (chunk: Buffer) => void {
  const between = separator.charCodeAt(0);
  let quoted = false;
  let cells = 1;
  return (chunk) => {
    for (const byte of chunk) {
      if (byte === quote) quoted = !quoted;
      else if (quoted) continue;
      else if (isBreak(byte)) cells = 1;
      else if (byte === between) cells += 1;
      if (cells > most + mostUnnamed)
        throw malformed(`write at most ${most} cells in a row: there are no more columns`);
    }
  };
}

/** The fault in words, by the parser's documented `code`. `bytes` is where the wrong cell begins. */
function whatIsWrong(error: CsvError, lines: Lines): string {
  const { bytes } = error as unknown as { readonly bytes: number };
  switch (error.code) {
    case "CSV_QUOTE_NOT_CLOSED":
      return `close the quote that is open at the end: its cell begins in line ${lines.from(bytes)}`;
    case "CSV_MAX_RECORD_SIZE":
      return `write at most ${longestRecord / 1024} KiB in a row, and close each quote: line ${lines.from(bytes)}`;
    default:
      return `quote a whole cell, and write each quote in it twice: line ${lines.from(bytes)}`;
  }
}
