import { NetworkFault } from "../network-fault.ts";

/** What monitoring refuses: which facts were expected, which were found, what to write instead. */
export function monitoringFault(expected: string, found: string, instead: string): NetworkFault {
  return new NetworkFault("MONITORING_INVALID", `expected ${expected}; found ${found}: ${instead}`);
}
