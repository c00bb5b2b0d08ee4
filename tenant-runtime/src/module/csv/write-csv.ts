import { stringify } from "csv-stringify/sync";
import { withGuard } from "./formula-guard.ts";

/** RFC 4180 and RFC 7111 */
export const csvType = "text/csv; charset=utf-8; header=present";

/**
 * Writes a table as text, one page at a time, the header first. A part of a cell that a spreadsheet may take for a
 * formula gets an apostrophe before it. Reads the first page at once, so that its failure is answered like any other error.
 */
export async function csvText(
  columns: readonly string[],
  pages: AsyncGenerator<readonly (readonly string[])[]>,
): Promise<AsyncGenerator<string>> {
  const first = await pages.next();
  return (async function* () {
    try {
      yield linesOf([columns]);
      if (first.done === true) return;
      yield linesOf(first.value);
      for await (const page of pages) yield linesOf(page);
    } finally {
      await pages.return(undefined);
    }
  })();
}

function linesOf(rows: readonly (readonly string[])[]): string {
  return stringify(
    rows.map((cells) => cells.map(withGuard)),
    // The library quotes only this table's own delimiters. A lone CR or LF also ends a row (RFC 4180, 2.6), and
    // programs with another list separator split at semicolons and tabs.
    { quoted_match: [/[\r\n;\t]/], record_delimiter: "windows" },
  );
}
