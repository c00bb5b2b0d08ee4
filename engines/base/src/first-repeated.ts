/** The first text that repeats an earlier one; undefined if all differ. */
export function firstRepeated(texts: Iterable<string>): string | undefined {
  const seen = new Set<string>();
  for (const text of texts) {
    if (seen.has(text)) return text;
    seen.add(text);
  }
  return undefined;
}
