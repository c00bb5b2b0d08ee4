import { NetworkFault } from "../network-fault.ts";
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
      /** Terms of the policy for which the vendor documents no attribute. The NAS may ignore them. */
      readonly unsupported: readonly OptionalTerm[];
    }
  | { readonly kind: "reject"; readonly attributes: readonly Attribute[] };

/**
 * The attributes of an Access-Accept that make a NAS enforce a policy, or of an Access-Reject for a blocked
 * service.
 * @throws NetworkFault POLICY_INVALID if the NAS's attributes cannot express a speed exactly, or it has no walled
 * garden.
 */
export function authorize(policy: ServicePolicy, nas: Nas): Authorization {
  if (policy.terms.state === "blocked") {
    return { kind: "reject", attributes: [attribute("Reply-Message", "This service is blocked.")] };
  }
  return hasGardenSpeed(policy, nas) ? atState(() => accept(policy, nas)) : accept(policy, nas);
}

function accept(policy: ServicePolicy, nas: Nas): Authorization {
  const terms = effectiveTerms(policy, nas);
  return {
    kind: "accept",
    attributes: [...standardAttributes(terms, nas), ...nas.vendor.attributes(terms, nas.terms.shaping)],
    unsupported: unsupportedTerms(terms, nas),
  };
}

function hasGardenSpeed({ terms }: ServicePolicy, nas: Nas): boolean {
  return terms.state === "walled-garden" && nas.terms.garden.speed !== undefined;
}

/** Reports a fault of the garden's speed at the path of the state, because the policy contains only the state. */
function atState<Result>(step: () => Result): Result {
  try {
    return step();
  } catch (fault) {
    if (fault instanceof NetworkFault) {
      fault.details = fault.details.map((detail) => ({ ...detail, path: ["state"] }));
    }
    throw fault;
  }
}
