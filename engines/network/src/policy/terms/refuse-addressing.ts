import type { IPAddress } from "../../ipam/addresses/ip-address.ts";
import { Prefix } from "../../ipam/blocks/prefix.ts";
import { policyFault } from "./policy-fault.ts";
import type { FixedPrefix, FromPool, PolicyTerms } from "./policy-terms.ts";
import { refuseName } from "./refuse-name.ts";

/**
 * Addresses that no customer can have. RouterOS reads addresses of the last two blocks as "use a pool", and RFC
 * 2865 section 5.8 reserves 255.255.255.254 and .255 for other meanings.
 */
const reserved = ["0.0.0.0/8", "127.0.0.0/8", "224.0.0.0/3"].map(Prefix.parse);

/** @throws NetworkFault POLICY_INVALID for the other family, an address that no host can have, and unusable names. */
export function refuseAddressing({ ipv4, ipv6, delegated }: PolicyTerms): void {
  if (ipv4?.kind === "pool") refuseName("the IPv4 pool", ipv4.pool);
  else if (ipv4 !== undefined) refuseHost(ipv4.address);
  refusePrefix("the link's IPv6 prefix", ipv6);
  refusePrefix("the delegated prefix", delegated);
}

function refuseHost(address: IPAddress): void {
  if (address.family === 4 && !reserved.some((prefix) => prefix.contains(address))) return;
  throw policyFault(
    `an IPv4 address that a host can have, outside ${reserved.join(", ")}`,
    String(address),
    "write the customer's own address",
  );
}

function refusePrefix(what: string, given: FromPool | FixedPrefix | undefined): void {
  if (given?.kind === "pool") refuseName(`the pool of ${what}`, given.pool);
  if (given?.kind === "fixed" && given.prefix.family !== 6) {
    throw policyFault(`an IPv6 prefix as ${what}`, String(given.prefix), "write one such as 2001:db8:1::/56");
  }
}
