import { firstRepeated } from "../../../base/src/first-repeated.ts";

/** The index of the second of two equal names; -1 if all differ. */
export function repeatedPlace(names: readonly string[]): number {
  const repeated = firstRepeated(names);
  return repeated === undefined ? -1 : names.indexOf(repeated, names.indexOf(repeated) + 1);
}
