import type { Attribute } from "../../radius/attributes/attribute.ts";
import type { Vendor } from "../vendors/vendor.ts";

/** The unit that a CoA replaces: all attributes of a name (RFC 5176 section 3.6), or the vendor's own unit. */
export function changeKey(attribute: Attribute, vendor: Vendor): string {
  return vendor.changeKey?.(attribute) ?? attribute.name;
}
