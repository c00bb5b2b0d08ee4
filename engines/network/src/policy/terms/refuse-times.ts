import { isWholeWithin } from "../../../../base/src/is-whole-within.ts";
import { policyFault } from "./policy-fault.ts";
import type { PolicyTerms } from "./policy-terms.ts";

const longest = 0xffff_ffff;

/** @throws NetworkFault POLICY_INVALID for times that their attributes cannot express. */
export function refuseTimes({ sessionSeconds, idleSeconds, interimSeconds }: PolicyTerms): void {
  refuseTime("the session time", sessionSeconds, 1);
  refuseTime("the idle time", idleSeconds, 1);
  // RFC 2869 section 5.16: less than 60 is forbidden, less than 600 not recommended.
  refuseTime("the interim interval", interimSeconds, 60);
}

function refuseTime(what: string, seconds: number | undefined, least: number): void {
  if (seconds === undefined) return;
  if (isWholeWithin(seconds, least, longest)) return;
  throw policyFault(
    `${what} in whole seconds from ${least} to ${longest}`,
    seconds,
    "write one of them, or leave it out",
  );
}
