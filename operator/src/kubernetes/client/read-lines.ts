const newline = 0x0a;

/**
 * Splits a stream of UTF-8 into its lines, without empty ones. It drops the text after the last newline. An incomplete
 * line is kept outside of the heap.
 * @throws RangeError for a line of more than `most` bytes, default 32 MiB
 */
export async function* readLines(
  chunks: AsyncIterable<Uint8Array>,
  most = 32 * 2 ** 20,
): AsyncGenerator<string, void, undefined> {
  let parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
      parts.push(chunk.subarray(start, end));
      const line = Buffer.concat(parts).toString();
      parts = [];
      size = 0;
      start = end + 1;
      if (line !== "") yield line;
    }
    if (start === chunk.length) continue;
    parts.push(chunk.subarray(start));
    size += chunk.length - start;
    if (size > most) throw new RangeError(`expected lines of at most ${most} bytes, found a longer one`);
  }
}
