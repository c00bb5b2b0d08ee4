const decimal = /^[1-9]\d*$/;

/**
 * Whether `candidate` is a later version than `other`. Versions of one resource are ordered decimal numbers
 * (KEP-5504, "Comparable Resource Version"). They can exceed a double, so they are compared by length, then as
 * text. A version that is not a number counts as later, so that the operator follows an unknown server instead of
 * ignoring it.
 */
export function isLater(candidate: string | undefined, other: string | undefined): boolean {
  if (!candidate || !other || !decimal.test(candidate) || !decimal.test(other)) return candidate !== other;
  if (candidate.length !== other.length) return candidate.length > other.length;
  return candidate > other;
}
