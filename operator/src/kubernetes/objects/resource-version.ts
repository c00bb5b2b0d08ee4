const decimal = /^[1-9]\d*$/;

/**
 * Whether `candidate` is a later version than `other`. Versions of one resource are ordered decimal
 * numbers (KEP-5504, "Comparable Resource Version"); they outgrow a double, hence by length, then by text.
 * A version that is no number counts as later, so that an unknown server is followed rather than ignored.
 */
export function isLater(candidate: string | undefined, other: string | undefined): boolean {
  if (!candidate || !other || !decimal.test(candidate) || !decimal.test(other)) return candidate !== other;
  if (candidate.length !== other.length) return candidate.length > other.length;
  return candidate > other;
}
