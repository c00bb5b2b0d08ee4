import { compareText } from "../../../../base/src/compare-text.ts";
import type { Attribute } from "../../radius/attributes/attribute.ts";
import type { Vendor } from "../vendors/vendor.ts";
import { changeKey } from "./change-key.ts";

/** The different values of one key's attributes. Each list is sorted by text. */
export interface Difference {
  readonly key: string;
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/** The differences between two lists of attributes for a NAS of the vendor; their order does not matter. */
export function differencesOf(
  before: readonly Attribute[],
  after: readonly Attribute[],
  vendor: Vendor,
): readonly Difference[] {
  const keys = new Set([...after, ...before].map((one) => changeKey(one, vendor)));
  return [...keys]
    .map((key) => ({ key, before: valuesOf(before, key, vendor), after: valuesOf(after, key, vendor) }))
    .filter((one) => JSON.stringify(one.before) !== JSON.stringify(one.after));
}

function valuesOf(attributes: readonly Attribute[], key: string, vendor: Vendor): readonly string[] {
  return attributes
    .filter((one) => changeKey(one, vendor) === key)
    .map(({ value }) => String(value))
    .sort(compareText);
}
