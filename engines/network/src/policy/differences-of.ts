import { compareText } from "../../../base/src/compare-text.ts";
import type { Attribute } from "../radius/attributes/attribute.ts";
import { changeKey } from "./change-key.ts";

/** Attributes of one key whose values are not the same any more; each list in the order of its texts. */
export interface Difference {
  readonly key: string;
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/** What differs between two lists of attributes, whatever their order. */
export function differencesOf(
  before: readonly Attribute[],
  after: readonly Attribute[],
): readonly Difference[] {
  const keys = new Set([...after, ...before].map(changeKey));
  return [...keys]
    .map((key) => ({ key, before: valuesOf(before, key), after: valuesOf(after, key) }))
    .filter((one) => JSON.stringify(one.before) !== JSON.stringify(one.after));
}

function valuesOf(attributes: readonly Attribute[], key: string): readonly string[] {
  return attributes
    .filter((one) => changeKey(one) === key)
    .map(({ value }) => String(value))
    .sort(compareText);
}
