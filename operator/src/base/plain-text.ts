/** A text from outside on one line, without control or formatting characters, of at most `most` UTF-16 units. */
export function plainText(text: string, most: number): string {
  // Cut first, so that the rest costs no more for a long text; twice, for what is taken out below.
  const line = text
    .slice(0, 2 * most)
    .toWellFormed()
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ")
    .trim();
  return line.slice(0, most).toWellFormed();
}

/** A reason as conditions and Events take it, or `Other` for one in another form. */
export function plainReason(reason: string): string {
  return /^[A-Z][A-Za-z0-9]{0,127}$/.test(reason) ? reason : "Other";
}
