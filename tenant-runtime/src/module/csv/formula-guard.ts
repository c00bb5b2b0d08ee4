/**
 * The places that get the guard: before a character that starts a formula in a spreadsheet (CWE-1236), and before
 * apostrophes in front of one, so that the reader removes exactly the apostrophes that were added. A spreadsheet may split
 * the text at another separator than the table has, such as a semicolon, and takes quotes then as a part of the text: a
 * formula may begin behind each of these.
 */
const before = String.raw`(?<=^|[\r\n,;\t"])`;
const formula = String.raw`'*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]`;
const unguarded = new RegExp(`${before}(?=${formula})`, "g");
const guarded = new RegExp(`${before}'(?=${formula})`, "g");

/** Writes an apostrophe before each part of a cell that a spreadsheet may take for a formula. */
export function withGuard(cell: string): string {
  return cell.replace(unguarded, "'");
}

/** Removes the apostrophes that `withGuard` writes. Any cell without them is returned unchanged. */
export function withoutGuard(cell: string): string {
  return cell.replace(guarded, "");
}
