import { isDeepStrictEqual } from "node:util";

/** The names of the fields in which `after` differs. */
export function changedFields<After extends object>(before: After, after: After): (keyof After & string)[] {
  const names = Object.keys(after) as (keyof After & string)[];
  return names.filter((name) => !isDeepStrictEqual(before[name], after[name]));
}
