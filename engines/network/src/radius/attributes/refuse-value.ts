import { NetworkFault } from "../../network-fault.ts";

/** The fault of an attribute that cannot be encoded. */
export function refuseValue(name: string, expected: string, found: string, instead: string): NetworkFault {
  return new NetworkFault("ATTRIBUTE_INVALID", `${name}: expected ${expected}; found ${found}: ${instead}`);
}
