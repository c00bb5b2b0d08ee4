import type { Prefix } from "../../ipam/blocks/prefix.ts";
import { type ClasslessMark, classlessZone } from "./classless-zone.ts";
import { reverseName, reverseTrees } from "./reverse-tree.ts";
import type { ReverseZone } from "./reverse-zone.ts";

/**
 * The zones of a prefix, lowest first: one if the prefix ends at a label's boundary (an octet of IPv4, a nibble of
 * IPv6), otherwise one for each prefix of the next boundary, at most 128 for IPv4 and 8 for IPv6. An IPv4 prefix
 * longer than /24 and shorter than /32 has one zone by RFC 2317, named by its first octet, a mark and its length.
 * The zone of a /32 has the name of the address itself.
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
