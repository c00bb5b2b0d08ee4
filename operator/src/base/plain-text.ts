/** A text from outside, reduced to one line of at most `most` UTF-16 units without control or formatting characters. */
export function plainText(text: string, most: number): string {
  // The first cut bounds the cost for long texts. It keeps `most` twice, because the next lines remove characters.
  const line = text
    .slice(0, 2 * most)
    .toWellFormed()
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ")
    .trim();
  return line.slice(0, most).toWellFormed();
}

/** A reason in the form that conditions and Events accept. A reason in any other form becomes `Other`. */
export function plainReason(reason: string): string {
  return /^[A-Z][A-Za-z0-9]{0,127}$/.test(reason) ? reason : "Other";
}
