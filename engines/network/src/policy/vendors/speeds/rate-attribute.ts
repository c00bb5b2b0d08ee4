import type { Attribute } from "../../../radius/attributes/attribute.ts";
import { attribute } from "../../../radius/values/build-attribute.ts";
import { policyFault } from "../../terms/policy-fault.ts";

const most = 0xffff_ffff;

/**
 * An attribute of 32 bits in bit/s.
 * @param term the term of the policy that contains the rate
 * @throws NetworkFault POLICY_INVALID for a speed beyond 32 bits, which would be sent as another speed.
 */
export function rateAttribute(name: string, rate: number, term: "speed" | "burst" | "guaranteed"): Attribute {
  if (rate <= most) return attribute(name, rate);
  throw policyFault(
    `at most ${most} bit/s for ${name}, which has 32 bits`,
    `${rate} bit/s`,
    "shape by a profile or policy of the NAS instead",
    [term],
  );
}
