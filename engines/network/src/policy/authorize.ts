import type { Attribute } from "../radius/attributes/attribute.ts";
import { attribute } from "../radius/values/build-attribute.ts";
import { effectiveTerms } from "./effective-terms.ts";
import type { Nas } from "./nas.ts";
import type { ServicePolicy } from "./service-policy.ts";
import { standardAttributes } from "./standard-attributes.ts";
import { unsupportedTerms } from "./unsupported-terms.ts";
import type { OptionalTerm } from "./vendors/vendor.ts";

/** The answer to an authenticated customer's Access-Request. */
export type Authorization =
  | {
      readonly kind: "accept";
      readonly attributes: readonly Attribute[];
      /** Terms of the policy that the vendor documents no attribute for: do not count on them there. */
      readonly unsupported: readonly OptionalTerm[];
    }
  | { readonly kind: "reject"; readonly attributes: readonly Attribute[] };

/**
 * The attributes of an Access-Accept by which a NAS enforces a policy, or of an Access-Reject for a blocked
 * service.
 * @throws NetworkFault POLICY_INVALID where the NAS cannot be told a speed exactly, or has no walled garden.
 */
export function authorize(policy: ServicePolicy, nas: Nas): Authorization {
  if (policy.terms.state === "blocked") {
    return { kind: "reject", attributes: [attribute("Reply-Message", "This service is blocked.")] };
  }
  const terms = effectiveTerms(policy, nas);
  return {
    kind: "accept",
    attributes: [...standardAttributes(terms, nas), ...nas.vendor.attributes(terms, nas.terms.shaping)],
    unsupported: unsupportedTerms(terms, nas),
  };
}
