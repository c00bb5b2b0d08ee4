import type { Attribute } from "../radius/attributes/attribute.ts";

/**
 * What a CoA replaces as one: all attributes of a name (RFC 5176 section 3.6), and of Cisco-AVPair, which
 * is many attributes in one, all pairs of a name.
 */
export function changeKey({ name, value }: Attribute): string {
  return name === "Cisco-AVPair" ? `${name} ${String(value).split("=", 1)}` : name;
}
