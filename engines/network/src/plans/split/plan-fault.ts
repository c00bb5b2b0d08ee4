import { NetworkFault } from "../../network-fault.ts";

/** A part of a plan that cannot be as it is asked for. */
export function planFault(path: string, expected: string, found: string, instead: string): NetworkFault {
  return new NetworkFault("PLAN_INVALID", `${path}: expected ${expected}; found ${found}: ${instead}`);
}
