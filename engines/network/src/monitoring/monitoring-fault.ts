import type { Path } from "../../../base/src/path.ts";
import { NetworkFault } from "../network-fault.ts";

/** The fault of a refused input: the expected facts, the found ones, and what to write instead. */
export function monitoringFault(
  expected: string,
  found: string,
  instead: string,
  path: Path = [],
): NetworkFault {
  return new NetworkFault("MONITORING_INVALID", `expected ${expected}; found ${found}: ${instead}`, path);
}
