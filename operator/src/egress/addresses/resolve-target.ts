import { Resolver } from "node:dns/promises";
import { isIP } from "node:net";
import { Refusal } from "../request/refusal.ts";
import type { AddressRule } from "./address-rule.ts";

/** Gives all addresses of a host name; none when there is no such name. Throws when no DNS server answers. */
export type Resolve = (name: string) => Promise<readonly string[]>;

export interface ResolverOptions {
  /** `address:port` of each; those of this machine by default. */
  readonly servers?: readonly string[];
  /** Milliseconds until a question is asked again, and how often it is asked. */
  readonly timeout?: number;
  readonly tries?: number;
}

/**
 * Asks the DNS servers of this machine for a name as it is: no search list is tried, so that no name of the cluster
 * is meant by accident, and no thread of the process's pool is held. First for IPv4, then for IPv6: one question at
 * a time, see docs/decisions/0012.
 */
export function systemResolver({ servers, timeout = 1_000, tries = 3 }: ResolverOptions = {}): Resolve {
  const resolver = new Resolver({ timeout, tries, maxTimeout: timeout });
  if (servers) resolver.setServers(servers);
  return async (name) => {
    const ipv4 = await answers(resolver.resolve4(name));
    // A host with an IPv4 address is reached by it, even when the query for IPv6 fails.
    const ipv6 = await answers(resolver.resolve6(name)).catch((error: unknown) => {
      if (ipv4.length === 0) throw error;
      return [];
    });
    return [...ipv4, ...ipv6];
  };
}

async function answers(question: Promise<string[]>): Promise<string[]> {
  try {
    return await question;
  } catch (error) {
    if (error instanceof Error && "code" in error && noSuchName.has(String(error.code))) return [];
    throw error;
  }
}

const noSuchName = new Set(["ENOTFOUND", "ENODATA", "EBADNAME"]);

/** Why a host that is an address is never connected to: no entry in a spec could change it. */
export function refusalOfLiteral(host: string, rule: AddressRule): Refusal | undefined {
  const forbidden = isIP(host) === 0 ? undefined : rule(host);
  return forbidden === undefined ? undefined : forbiddenAddress(host, host, forbidden);
}

/**
 * The addresses of a host that may be connected to. One answer that the rule forbids refuses the whole host: who
 * mixes a public address with one of ours means ours.
 */
export async function resolveTarget(
  host: string,
  { resolve, rule }: { resolve: Resolve; rule: AddressRule },
): Promise<readonly string[] | Refusal> {
  const addresses = isIP(host) === 0 ? await addressesOf(host, resolve) : [host];
  if (addresses instanceof Refusal) return addresses;
  for (const address of addresses) {
    const forbidden = rule(address);
    if (forbidden !== undefined) return forbiddenAddress(host, address, forbidden);
  }
  return addresses;
}

async function addressesOf(host: string, resolve: Resolve): Promise<readonly string[] | Refusal> {
  try {
    const addresses = await resolve(host);
    if (addresses.length > 0) return addresses;
    return new Refusal(
      "unresolved",
      `there is no host ${host} in DNS: correct its name, or wait until it is there`,
    );
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return new Refusal("unresolved", `DNS does not say where ${host} is (${detail}): try again shortly`);
  }
}

function forbiddenAddress(host: string, address: string, range: string): Refusal {
  const where = host === address ? host : `${host} leads to ${address}, which`;
  return new Refusal(
    "forbidden-address",
    `${where} is in ${range}: the proxy connects to addresses of the internet only`,
  );
}
