/**
 * The longest folded text and the longest folded word, in bytes of UTF-8. Folding can make one character into 18:
 * without a bound a name outgrows the entry of an index (2,704 bytes) and a word that of a tsvector (2,046), which
 * PostgreSQL's `array_to_tsvector` does not check. What is longer is cut, in what is stored and in what is searched for
 * alike, so that a search finds a little more, never less. The table checks both bounds.
 */
export const longestFoldedBytes = 512;
export const longestWordBytes = 254;

/** Text without case, accents and surrounding space, for comparing: `Łódź ` stays apart from `Lodz`, `Élan` does not from `elan`. */
export function foldText(text: string): string {
  return startOf(fold(text), longestFoldedBytes).trimEnd();
}

/** The folded words of a text: runs of letters and digits. */
export function foldedWords(text: string): string[] {
  const words = fold(text).split(/[^\p{L}\p{N}]+/u);
  return [...new Set(words.filter((word) => word !== "").map((word) => startOf(word, longestWordBytes)))];
}

function fold(text: string): string {
  // Upper case first: it turns ß into SS, as a reader would type it.
  const plain = text.normalize("NFKD").replaceAll(/\p{M}/gu, "");
  return plain.toUpperCase().toLowerCase().trim().replaceAll(/\s+/g, " ");
}

/** The whole characters at the start of a text that fit into so many bytes of UTF-8. */
function startOf(text: string, bytes: number): string {
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(bytes));
  return text.slice(0, read);
}
