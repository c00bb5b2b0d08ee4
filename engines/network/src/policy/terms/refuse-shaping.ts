import { isWholeWithin } from "../../../../base/src/is-whole-within.ts";
import { policyFault } from "./policy-fault.ts";
import type { Burst, PolicyTerms } from "./policy-terms.ts";
import { refuseFaster, refuseSpeed } from "./refuse-speed.ts";
import type { Speed } from "./speed.ts";

const longestBurst = 3_600;

/** @throws NetworkFault POLICY_INVALID for speeds, a burst or a priority that no NAS can keep. */
export function refuseShaping({ speed, burst, guaranteed, priority }: PolicyTerms): void {
  if (speed === undefined) {
    if (burst === undefined && guaranteed === undefined && priority === undefined) return;
    throw policyFault("a speed beside burst, guaranteed speed and priority", "none", "write the speed too");
  }
  refuseSpeed("speed", speed);
  if (burst !== undefined) refuseBurst(burst, speed);
  if (guaranteed !== undefined) {
    refuseSpeed("guaranteed speed", guaranteed);
    refuseFaster("the guaranteed speed", guaranteed, "the speed", speed);
  }
  if (priority !== undefined && !isWholeWithin(priority, 1, 8)) {
    throw policyFault("a priority from 1, served first, to 8", priority, "write one of them");
  }
}

function refuseBurst({ speed, threshold, seconds }: Burst, sustained: Speed): void {
  refuseSpeed("burst speed", speed);
  refuseSpeed("burst threshold", threshold);
  refuseFaster("the speed", sustained, "the burst speed", speed);
  refuseFaster("the burst threshold", threshold, "the burst speed", speed);
  const isUsable = (count: number) => isWholeWithin(count, 1, longestBurst);
  if (isUsable(seconds.down) && isUsable(seconds.up)) return;
  throw policyFault(
    `a burst averaged over 1 to ${longestBurst} whole seconds`,
    `down ${seconds.down}, up ${seconds.up}`,
    "write one of them for each direction",
  );
}
