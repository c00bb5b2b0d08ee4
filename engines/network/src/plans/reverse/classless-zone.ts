import type { Prefix } from "../../ipam/blocks/prefix.ts";
import { reverseName } from "./reverse-tree.ts";
import type { ReverseZone } from "./reverse-zone.ts";

/** RFC 2317 writes the slash, and names the hyphen for software that cannot have a slash in a file name. */
export type ClasslessMark = "/" | "-";

/** The zone of an IPv4 prefix from /25 to /31, by RFC 2317 section 4. */
export function classlessZone(prefix: Prefix, mark: ClasslessMark): ReverseZone {
  const parent = reverseName(prefix.first, 3);
  const first = Number(prefix.first.value & 0xffn);
  const name = `${first}${mark}${prefix.length}.${parent}`;
  const aliases = Array.from({ length: Number(prefix.size) }, (_, index) => ({
    name: `${first + index}.${parent}`,
    target: `${first + index}.${name}`,
  }));
  return { name, prefix, parent, aliases };
}
