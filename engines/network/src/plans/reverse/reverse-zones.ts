import type { Prefix } from "../../ipam/prefix.ts";
import { type ClasslessMark, classlessZone } from "./classless-zone.ts";
import { reverseName, reverseTrees } from "./reverse-tree.ts";

/** A CNAME record: the name that a resolver asks for, and where its PTR record is. */
export interface Alias {
  readonly name: string;
  readonly target: string;
}

/** A zone to delegate to who holds a prefix; names are without a dot at their end. */
export interface ReverseZone {
  readonly name: string;
  /** Whose addresses have their PTR records in it. */
  readonly prefix: Prefix;
  /** The zone that holds the delegation and the aliases; of a classless zone only. */
  readonly parent?: string;
  /** What the parent needs for each address; of a classless zone only. */
  readonly aliases?: readonly Alias[];
}

/**
 * The zones of a prefix, lowest first: one where it ends on a label's boundary (an octet of IPv4, a nibble
 * of IPv6), otherwise one for each prefix of the next boundary, at most 128 of IPv4 and 8 of IPv6. A prefix
 * of IPv4 longer than /24 and shorter than /32 has one zone by RFC 2317, named by its first octet and length
 * with a mark between; that of a /32 is the name of the address itself.
 */
export function reverseZones(prefix: Prefix, mark: ClasslessMark = "/"): readonly ReverseZone[] {
  if (prefix.family === 4 && prefix.length > 24 && prefix.length < 32) return [classlessZone(prefix, mark)];
  const { bitsPerLabel } = reverseTrees[prefix.family];
  const labels = Math.ceil(prefix.length / bitsPerLabel);
  return Array.from(prefix.children(labels * bitsPerLabel), (child) => ({
    name: reverseName(child.first, labels),
    prefix: child,
  }));
}
