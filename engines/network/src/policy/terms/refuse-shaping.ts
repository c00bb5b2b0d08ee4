import { isWholeWithin } from "../../../../base/src/is-whole-within.ts";
import { located } from "../../../../base/src/located.ts";
import { policyFault } from "./policy-fault.ts";
import type { PolicyTerms } from "./policy-terms.ts";
import { refuseBurst } from "./refuse-burst.ts";
import { refuseFaster, refuseRates, refuseSpeed } from "./refuse-speed.ts";

/** @throws NetworkFault POLICY_INVALID for speeds, a burst or a priority that no NAS can enforce. */
export function refuseShaping({ speed, burst, guaranteed, priority }: PolicyTerms): void {
  const isRanked = guaranteed !== undefined || priority !== undefined;
  if (speed === undefined) {
    if (burst === undefined && !isRanked) return;
    throw policyFault("a speed beside burst, guaranteed speed and priority", "none", "write the speed too", [
      "speed",
    ]);
  }
  // A queue without limits may still have a priority.
  located(["speed"], () => (isRanked ? refuseRates("speed", speed) : refuseSpeed("speed", speed)));
  if (burst !== undefined) located(["burst"], () => refuseBurst(burst, speed));
  if (guaranteed !== undefined) {
    located(["guaranteed"], () => {
      refuseRates("guaranteed speed", guaranteed);
      refuseFaster("the guaranteed speed", guaranteed, "the speed", speed);
    });
  }
  if (priority !== undefined && !isWholeWithin(priority, 1, 8)) {
    throw policyFault("a priority from 1, served first, to 8", priority, "write one of them", ["priority"]);
  }
}
