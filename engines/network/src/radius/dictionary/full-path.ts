import { refuseValue } from "../attributes/refuse-value.ts";
import { definitionOf } from "./definition.ts";

/**
 * An attribute's numbers, the outermost first. Those of a vendor begin with 26 and the vendor's number.
 * @throws NetworkFault ATTRIBUTE_INVALID for an unknown name.
 */
export function fullPath(name: string): readonly number[] {
  const definition = definitionOf(name);
  if (definition === undefined) return numbersOf(name);
  const { vendor, path } = definition;
  return vendor === undefined ? path : [26, vendor.number, ...path];
}

/** The numbers in the name of an unlisted attribute: `Attr-26.32473.1` is a vendor's, `Attr-241.200` extended. */
function numbersOf(name: string): readonly number[] {
  const path = /^Attr-(\d{1,10}(\.\d{1,10})*)$/.exec(name)?.[1]?.split(".").map(Number) ?? [];
  const vendorAt = path[0] === 26 ? 1 : 2;
  const fits = path.every((number, at) => number <= (at === vendorAt ? 0xffffffff : 255));
  if (path.length > 0 && path[0] !== 0 && fits) return path;
  throw refuseValue(
    name,
    "the name of an attribute that a dictionary has, or numbers",
    "neither",
    'write one such as "Framed-IP-Address", "Attr-250" or "Attr-26.32473.1"',
  );
}
