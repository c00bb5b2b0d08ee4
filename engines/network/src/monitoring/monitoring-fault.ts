import type { Path } from "../../../base/src/path.ts";
import { NetworkFault } from "../network-fault.ts";

/** What monitoring refuses: which facts were expected, which were found, what to write instead. */
export function monitoringFault(
  expected: string,
  found: string,
  instead: string,
  path: Path = [],
): NetworkFault {
  return new NetworkFault("MONITORING_INVALID", `expected ${expected}; found ${found}: ${instead}`, path);
}
