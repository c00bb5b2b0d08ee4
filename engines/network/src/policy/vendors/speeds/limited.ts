import type { RateTerms } from "../../terms/policy-terms.ts";
import type { Speed } from "../../terms/speed.ts";

/** A speed as terms of a policy: absent if neither direction has a limit. */
export function limited(speed: Speed): RateTerms {
  return speed.up === 0 && speed.down === 0 ? {} : { speed };
}
