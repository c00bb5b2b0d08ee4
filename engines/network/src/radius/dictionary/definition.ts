import type { ValueType } from "../attributes/attribute.ts";
import { dictionaries } from "../data/all.ts";
import type { Details } from "../data/format/dictionary.ts";

/** The definition of one attribute. */
export interface Definition extends Details {
  readonly name: string;
  readonly type: ValueType;
  /** The vendor's name and number; absent for the IETF's attributes. */
  readonly vendor?: { readonly name: string; readonly number: number };
  /** The attribute's number; more numbers for extended attributes and for attributes inside others. */
  readonly path: readonly number[];
  /** The numbers of its named values. */
  readonly numbers: ReadonlyMap<string, number>;
  /** The names of its values. */
  readonly labels: ReadonlyMap<number, string>;
}

const byName = new Map<string, Definition>();
const byPlace = new Map<string, Definition>();
const vendors = new Map<number, string>();

for (const { vendor, attributes } of dictionaries) {
  if (vendor !== undefined) vendors.set(vendor.number, vendor.name);
  for (const [path, name, type, details] of attributes) {
    const definition: Definition = {
      ...details,
      ...(vendor === undefined ? {} : { vendor }),
      name,
      type,
      path: String(path).split(".").map(Number),
      ...namedValues(name),
    };
    byName.set(name, definition);
    byPlace.set(placeOf(vendor?.number, String(path)), definition);
  }
}

/** The attribute of a name, such as `Framed-IP-Address`. */
export function definitionOf(name: string): Definition | undefined {
  return byName.get(name);
}

/** The attribute at a number, such as `8` or `241.5.1`, of the IETF or of a vendor's own. */
export function definitionAt(vendor: number | undefined, path: string): Definition | undefined {
  return byPlace.get(placeOf(vendor, path));
}

/** The name of a vendor's number in the IANA registry, or the number if it has none. */
export function vendorName(vendor: number): string {
  return vendors.get(vendor) ?? String(vendor);
}

/** All attributes in the dictionaries. */
export function allDefinitions(): readonly Definition[] {
  return [...byName.values()];
}

function placeOf(vendor: number | undefined, path: string): string {
  return `${vendor ?? ""}/${path}`;
}

/** Collected from all dictionaries, because a later RFC can add values to an older one's attribute. */
function namedValues(name: string): Pick<Definition, "numbers" | "labels"> {
  const named = dictionaries.flatMap(({ values }) => Object.entries(values[name] ?? {}));
  return { numbers: new Map(named), labels: new Map(named.map(([label, number]) => [number, label])) };
}
