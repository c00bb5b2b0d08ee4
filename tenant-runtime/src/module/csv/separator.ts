import { malformed } from "./csv-refusals.ts";
import { isBreak } from "./line-count.ts";

export type Separator = "," | ";";

const byteOrderMark: readonly number[] = [0xef, 0xbb, 0xbf];
const longestHeading = 64 * 1024;

/**
 * Reads up to the end of the row of column names and returns its separator: a comma, or the semicolon that
 * spreadsheets write in countries with a decimal comma. `bytes` yields all bytes from the start. Throws
 * MALFORMED_CSV for another separator.
 */
export async function withSeparator(
  bytes: AsyncIterable<Buffer>,
): Promise<{ readonly separator: Separator; readonly bytes: AsyncGenerator<Buffer> }> {
  const source = bytes[Symbol.asyncIterator]();
  const read: Buffer[] = [];
  try {
    const heading = await headingOf(source, read);
    return { separator: separatorOf(heading), bytes: again(read, source) };
  } catch (error) {
    await source.return?.();
    throw error;
  }
}

/** The first non-empty line, or its first 64 KiB. Appends the bytes that it reads to `read`. */
async function headingOf(source: AsyncIterator<Buffer>, read: Buffer[]): Promise<Buffer> {
  const heading: Buffer[] = [];
  for (let length = 0; length < longestHeading; ) {
    const { done, value } = await source.next();
    if (done === true) break;
    read.push(value);
    length += value.length;
    const start =
      heading.length > 0 ? 0 : value.findIndex((byte) => !isBreak(byte) && !byteOrderMark.includes(byte));
    if (start < 0) continue;
    const end = value.findIndex((byte, index) => index >= start && isBreak(byte));
    heading.push(value.subarray(start, end < 0 ? undefined : end));
    if (end >= 0) break;
  }
  return Buffer.concat(heading);
}

/** The first bytes of a ZIP, which .xlsx and .ods are, and of an .xls. */
const workbooks = ["504b0304", "d0cf11e0"];

function separatorOf(bytes: Buffer): Separator {
  if (workbooks.includes(bytes.subarray(0, 4).toString("hex")))
    throw malformed('save it as CSV (in Excel: "CSV UTF-8"): it is a workbook');
  const heading = bytes.toString();
  // A null character shows UTF-16, which is refused later.
  if (heading.includes("\0")) return ",";
  if (/^"?sep=/i.test(heading))
    throw malformed("leave out the line that begins with sep=: commas and semicolons are recognised");
  if (heading.includes(",")) return ",";
  if (heading.includes(";")) return ";";
  if (heading.includes("\t")) throw malformed("separate columns by commas or semicolons, not by tabs");
  return ",";
}

async function* again(read: readonly Buffer[], source: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield* read;
    for (;;) {
      const { done, value } = await source.next();
      if (done === true) return;
      yield value;
    }
  } finally {
    await source.return?.();
  }
}
