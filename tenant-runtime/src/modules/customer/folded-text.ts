/** Text without case, accents and surrounding space, for comparing: `Łódź ` stays apart from `Lodz`, `Élan` does not from `elan`. */
export function foldText(text: string): string {
  // Upper case first: it turns ß into SS, as a reader would type it.
  const plain = text.normalize("NFKD").replaceAll(/\p{M}/gu, "");
  return plain.toUpperCase().toLowerCase().trim().replaceAll(/\s+/g, " ");
}

/** The folded words of a text: runs of letters and digits. */
export function foldedWords(text: string): string[] {
  const words = foldText(text).split(/[^\p{L}\p{N}]+/u);
  return [...new Set(words.filter((word) => word !== ""))];
}
