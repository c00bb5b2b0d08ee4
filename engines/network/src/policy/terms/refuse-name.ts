import { policyFault } from "./policy-fault.ts";

/**
 * A text that fits into every vendor's attribute with space for a suffix (a vendor's value has 247 octets in RFC
 * 2865).
 */
const usable = /^[\x21-\x7e]{1,200}$/;

/** @throws NetworkFault POLICY_INVALID unless the text is usable as a name on a NAS. */
export function refuseName(what: string, name: string): void {
  if (usable.test(name)) return;
  throw policyFault(
    `a name of 1 to 200 ASCII characters without spaces for ${what}`,
    JSON.stringify(name),
    "write the name as it is configured on the NAS",
  );
}
