import type { PolicyTerms } from "./terms/policy-terms.ts";
import { refuseAddressing } from "./terms/refuse-addressing.ts";
import { refuseName } from "./terms/refuse-name.ts";
import { refuseShaping } from "./terms/refuse-shaping.ts";
import { refuseTimes } from "./terms/refuse-times.ts";

/** The rights of a customer's service, in terms that are consistent. */
export class ServicePolicy {
  readonly terms: PolicyTerms;

  private constructor(terms: PolicyTerms) {
    this.terms = terms;
  }

  /** @throws NetworkFault POLICY_INVALID for terms that contradict each other or that no attribute can express. */
  static of(terms: PolicyTerms): ServicePolicy {
    refuseShaping(terms);
    refuseAddressing(terms);
    refuseTimes(terms);
    for (const list of terms.addressLists) refuseName("an address list", list);
    for (const filter of [terms.filters.up, terms.filters.down]) {
      if (filter !== undefined) refuseName("a filter", filter);
    }
    return new ServicePolicy(terms);
  }
}
