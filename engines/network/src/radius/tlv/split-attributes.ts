import type { RawAttribute } from "./raw-attribute.ts";

/** The attributes in a sequence of octets, or the position of the first broken one. */
export type SplitAttributes =
  | { readonly kind: "split"; readonly attributes: readonly RawAttribute[] }
  /** `length` is undefined if the octets end before it. */
  | { readonly kind: "too-short"; readonly at: number; readonly length: number | undefined }
  | { readonly kind: "overruns"; readonly at: number; readonly length: number };

/** Splits octets into attributes: a type, the length of the whole attribute, and the value (RFC 2865 section 5). */
export function splitAttributes(octets: Uint8Array): SplitAttributes {
  const attributes: RawAttribute[] = [];
  for (let at = 0; at < octets.length; ) {
    const [number = 0, length] = [octets[at], octets[at + 1]];
    if (length === undefined || length < 2) return { kind: "too-short", at, length };
    if (at + length > octets.length) return { kind: "overruns", at, length };
    attributes.push({ number, value: octets.subarray(at + 2, at + length) });
    at += length;
  }
  return { kind: "split", attributes };
}
