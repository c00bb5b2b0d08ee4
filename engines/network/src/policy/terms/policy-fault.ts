import { NetworkFault } from "../../network-fault.ts";

/** The refusal of a policy or of a NAS profile. */
export function policyFault(expectation: string, found: unknown, remedy: string): NetworkFault {
  const text = typeof found === "string" ? found : JSON.stringify(found);
  return new NetworkFault("POLICY_INVALID", `expected ${expectation}; found ${text}: ${remedy}`);
}
