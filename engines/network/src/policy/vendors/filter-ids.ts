import type { Attribute } from "../../radius/attributes/attribute.ts";
import { attribute } from "../../radius/values/build-attribute.ts";
import { policyFault } from "../terms/policy-fault.ts";
import type { Filters } from "../terms/policy-terms.ts";

/**
 * A Filter-Id for each direction. RouterOS and IOS distinguish them by the suffix: `.in` filters traffic from the
 * customer.
 */
export function directedFilters({ up, down }: Filters): readonly Attribute[] {
  return [
    ...(up === undefined ? [] : [attribute("Filter-Id", `${up}.in`)]),
    ...(down === undefined ? [] : [attribute("Filter-Id", `${down}.out`)]),
  ];
}

/**
 * The one Filter-Id of a NAS that filters both directions by one name.
 * @throws NetworkFault POLICY_INVALID for two names.
 */
export function commonFilter({ up, down }: Filters): readonly Attribute[] {
  if (up !== undefined && down !== undefined && up !== down) {
    throw policyFault(
      "one filter for both directions, which is all that this vendor's Filter-Id can name",
      `${up} and ${down}`,
      "write the same name twice, or one of them",
    );
  }
  const name = up ?? down;
  return name === undefined ? [] : [attribute("Filter-Id", name)];
}
