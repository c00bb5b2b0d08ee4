import type { Attribute } from "../radius/attributes/attribute.ts";
import { type Nas, shapingTemplates } from "./nas.ts";
import { policyFault } from "./terms/policy-fault.ts";
import type { RateTerms } from "./terms/policy-terms.ts";
import { namesSpeed } from "./terms/template.ts";

/**
 * The speeds that the attributes of a NAS express, as terms of a policy: the inverse of `authorize`. Other
 * attributes are ignored.
 * @throws NetworkFault POLICY_INVALID for a NAS without attributes for speeds, and for values that neither its
 *   vendor's rules nor its templates explain.
 */
export function toldTerms(attributes: readonly Attribute[], { vendor, terms }: Nas): RateTerms {
  if (terms.shaping.kind === "none") {
    const kinds = vendor.shapings.filter((kind) => kind !== "none").join(", ");
    throw policyFault(
      `shaping by ${kinds} for ${terms.vendor}`,
      "none",
      "write how the NAS is told the speed",
    );
  }
  const templates = shapingTemplates(terms.shaping);
  if (templates.length > 0 && !templates.some((one) => namesSpeed(one, undefined))) {
    throw policyFault(
      "a template with {down} or {up}, by which its name tells a speed",
      templates.map((one) => JSON.stringify(one)).join(" and "),
      "write the speed itself where the names do not have it",
    );
  }
  return vendor.told(attributes, terms.shaping);
}
