import { AddressRange } from "./address-range.ts";

/** Returns why the proxy must not connect to an IP address, or undefined when it may. */
export type AddressRule = (address: string) => string | undefined;

export interface InternetOptions {
  /** The public addresses of the cluster itself: of pods, Services, nodes and the API server. */
  readonly clusterRanges: readonly string[];
  /** Documentation ranges that represent the internet in a test cluster. */
  readonly standsForInternet: readonly string[];
}

const documentation = [
  ["192.0.2.0/24", "documentation, RFC 5737"],
  ["198.51.100.0/24", "documentation, RFC 5737"],
  ["203.0.113.0/24", "documentation, RFC 5737"],
  ["2001:db8::/32", "documentation, RFC 3849"],
  ["3fff::/20", "documentation, RFC 9637"],
] as const;

/**
 * The ranges that the IANA IPv4 and IPv6 Special-Purpose Address Registries list as not globally reachable or as a way
 * to other addresses (6to4, Teredo), multicast, and one public address that clouds use internally.
 */
const special = [
  ["0.0.0.0/8", "this network, RFC 791"],
  ["10.0.0.0/8", "private use, RFC 1918"],
  ["100.64.0.0/10", "shared address space, RFC 6598"],
  ["127.0.0.0/8", "loopback, RFC 1122"],
  ["168.63.129.16/32", "the platform of Azure, for its virtual machines"],
  ["169.254.0.0/16", "link local, RFC 3927"],
  ["172.16.0.0/12", "private use, RFC 1918"],
  ["192.0.0.0/24", "IETF protocol assignments, RFC 6890"],
  ["192.88.99.0/24", "6to4 relays, RFC 7526"],
  ["192.168.0.0/16", "private use, RFC 1918"],
  ["198.18.0.0/15", "benchmarking, RFC 2544"],
  ["224.0.0.0/4", "multicast, RFC 5771"],
  ["240.0.0.0/4", "reserved, RFC 1112"],
  ["2001::/23", "IETF protocol assignments with Teredo, RFC 2928"],
  ["2002::/16", "6to4, RFC 3056"],
  ...documentation,
] as const;

/** Loopback, NAT64, IPv4-mapped, unique local, link local and multicast addresses all lie outside of it. */
const globalUnicast = new AddressRange("2000::/3");

/** Permits only public addresses of the internet. */
export function internetOnly({ clusterRanges, standsForInternet }: InternetOptions): AddressRule {
  const never = clusterRanges.map((cidr) => named(cidr, "the cluster's own"));
  const usually = special.map(([cidr, use]) => named(cidr, use));
  const exceptions = standsForInternet.map((cidr) => new AddressRange(cidr));
  return (address) => {
    const own = firstWith(never, address);
    if (own !== undefined) return own;
    if (exceptions.some((range) => range.contains(address))) return undefined;
    return firstWith(usually, address) ?? outsideGlobalUnicast(address);
  };
}

/** Whether a range, in CIDR notation, is inside a documentation range. */
export function isForDocumentation(cidr: string): boolean {
  const [network = "", prefix = ""] = cidr.split("/");
  return documentation.some(([whole]) => {
    const range = new AddressRange(whole);
    return range.contains(network) && Number(prefix) >= Number(whole.split("/")[1]);
  });
}

function named(cidr: string, use: string): { range: AddressRange; use: string } {
  return { range: new AddressRange(cidr), use };
}

function firstWith(ranges: readonly ReturnType<typeof named>[], address: string): string | undefined {
  const found = ranges.find(({ range }) => range.contains(address));
  return found && `${found.range.cidr} (${found.use})`;
}

function outsideGlobalUnicast(address: string): string | undefined {
  if (!address.includes(":") || globalUnicast.contains(address)) return undefined;
  return "no range of the internet: of IPv6 that is 2000::/3 only (RFC 4291)";
}
