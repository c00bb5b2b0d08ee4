import type { Path } from "../../../../base/src/path.ts";
import { NetworkFault } from "../../network-fault.ts";

/** The refusal of a policy or of a NAS profile, with the path of the term within it. */
export function policyFault(
  expectation: string,
  found: unknown,
  remedy: string,
  path: Path = [],
): NetworkFault {
  const text = typeof found === "string" ? found : JSON.stringify(found);
  return new NetworkFault("POLICY_INVALID", `expected ${expectation}; found ${text}: ${remedy}`, path);
}
