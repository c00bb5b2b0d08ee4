/** Splits a stream of UTF-8 into its lines, without the empty ones. What follows the last newline is cut. */
export async function* readLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder();
  const parts: string[] = [];
  for await (const chunk of chunks) {
    const lines = decoder.decode(chunk, { stream: true }).split("\n");
    const rest = lines.pop() ?? "";
    for (const line of lines) {
      parts.push(line);
      const whole = parts.join("");
      parts.length = 0;
      if (whole !== "") yield whole;
    }
    if (rest !== "") parts.push(rest);
  }
}
