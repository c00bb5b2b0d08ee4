import { Resolver } from "node:dns/promises";
import { isIP } from "node:net";
import { Refusal } from "../request/refusal.ts";
import type { AddressRule } from "./address-rule.ts";

/** Returns all addresses of a host name, or none when the name does not exist. Throws when no DNS server answers. */
export type Resolve = (name: string) => Promise<readonly string[]>;

export interface ResolverOptions {
  /** Each as `address:port`. Default: the servers of this machine. */
  readonly servers?: readonly string[];
  /** Milliseconds before a query is repeated, and the number of tries. */
  readonly timeout?: number;
  readonly tries?: number;
}

/**
 * Asks the DNS servers of this machine for exactly this name. It uses no search list, so that a name cannot match a
 * name of the cluster by accident, and it blocks no thread of the process's pool. It queries IPv4 first, then IPv6: one
 * query at a time, see docs/decisions/0012.
 */
export function systemResolver({ servers, timeout = 1_000, tries = 3 }: ResolverOptions = {}): Resolve {
  const resolver = new Resolver({ timeout, tries, maxTimeout: timeout });
  if (servers) resolver.setServers(servers);
  return async (name) => {
    const ipv4 = await answers(resolver.resolve4(name));
    // A host with an IPv4 address stays reachable when the query for IPv6 fails.
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

/** Returns why the proxy never connects to a host given as an IP address. No entry in a spec can permit it. */
export function refusalOfLiteral(host: string, rule: AddressRule): Refusal | undefined {
  const forbidden = isIP(host) === 0 ? undefined : rule(host);
  return forbidden === undefined ? undefined : forbiddenAddress(host, host, forbidden);
}

/**
 * The addresses of a host that the proxy may connect to. One forbidden address refuses the whole host, because a
 * name that mixes public and internal addresses is an attack on the internal ones.
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
      `there is no host ${host} in DNS: correct its name, or wait until it exists`,
    );
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return new Refusal("unresolved", `the DNS query for ${host} failed (${detail}): try again shortly`);
  }
}

function forbiddenAddress(host: string, address: string, range: string): Refusal {
  const where = host === address ? host : `${host} resolves to ${address}, which`;
  return new Refusal(
    "forbidden-address",
    `${where} is in ${range}: the proxy connects only to addresses of the internet`,
  );
}
