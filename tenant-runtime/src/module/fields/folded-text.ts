/**
 * The longest folded text and the longest folded word, in bytes of UTF-8. Folding can turn one character into 18.
 * Without a limit, a name exceeds an index entry (2,704 bytes) and a word exceeds that of a tsvector (2,046), which
 * PostgreSQL's `array_to_tsvector` does not check. Longer text is cut both in stored text and in search text, so
 * that a search finds a few more results, never fewer. The table checks both limits.
 */
export const longestFoldedBytes = 512;
const longestWordBytes = 254;

/**
 * Text in the form for comparison, without case, accents and surrounding space: `Élan` equals `elan`, but `Łódź `
 * differs from `Lodz`.
 */
export function foldText(text: string): string {
  return startOf(fold(text), longestFoldedBytes).trimEnd();
}

/** The folded words of a text in their order: runs of letters and digits. */
export function foldedWords(text: string): string[] {
  const words = fold(text.replaceAll(letterApostrophes, "'")).split(/[^\p{L}\p{N}]+/u);
  return words.filter((word) => word !== "").map(startOfWord);
}

/** The part of a word that is stored and searched. */
export function startOfWord(word: string): string {
  return startOf(word, longestWordBytes);
}

// ʼ and similar characters are letters in Unicode, but people type them as apostrophes.
const letterApostrophes = /[\u02b9-\u02bf\ua78b\ua78c]/g;

function fold(text: string): string {
  // Upper case first, because it turns ß into SS, the spelling that people type.
  const plain = text.normalize("NFKD").replaceAll(/\p{M}/gu, "");
  return plain.toUpperCase().toLowerCase().trim().replaceAll(/\s+/g, " ");
}

/** The whole characters at the start of a text that fit into this many bytes of UTF-8. */
function startOf(text: string, bytes: number): string {
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(bytes));
  return text.slice(0, read);
}
