import { isDeepStrictEqual } from "node:util";
import type { CustomerDetails } from "./models.ts";

/** The names of the fields in which `after` differs. */
export function changedFields(before: CustomerDetails, after: CustomerDetails): (keyof CustomerDetails)[] {
  const names = Object.keys(after) as (keyof CustomerDetails)[];
  return names.filter((name) => !isDeepStrictEqual(before[name], after[name]));
}
