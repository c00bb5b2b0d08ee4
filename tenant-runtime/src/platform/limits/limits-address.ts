import { isIPv4, isIPv6 } from "node:net";

/** A network in which a client is counted. */
export interface CountedNetwork {
  readonly name: string;
  /** The network's allowance as a multiple of one client's. */
  readonly shares: number;
}

/**
 * The unit that counts as one client: an IPv4 address, or an IPv6 network of 64 bits, because a holder of one address
 * in such a network has all of them.
 */
export function clientNetwork(address: string): string {
  const plain = address.split("%", 1)[0] ?? address;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(plain)?.[1];
  if (mapped !== undefined && isIPv4(mapped)) return mapped;
  return isIPv6(plain) ? networkOf(plain, 64) : plain;
}

/**
 * The networks in which a client is counted. Sites get an IPv6 /48 or /56 (RFC 6177), which are 65,536 or 256
 * networks of 64 bits for one customer, so all of them together have only a few times the limit of one.
 */
export function countedNetworks(address: string): readonly CountedNetwork[] {
  const client = clientNetwork(address);
  if (!client.endsWith("/64")) return [{ name: client, shares: 1 }];
  const [plain = ""] = address.split("%", 1);
  return [
    { name: networkOf(plain, 48), shares: 4 },
    { name: networkOf(plain, 56), shares: 2 },
    { name: client, shares: 1 },
  ];
}

function networkOf(address: string, bits: 48 | 56 | 64): string {
  const groups = groupsOf(address).slice(0, 4);
  const last = Number.parseInt(groups[3] ?? "0", 16) & (0xffff << (64 - bits));
  return `${[...groups.slice(0, 3), (last & 0xffff).toString(16)].join(":")}::/${bits}`;
}

/** The eight groups of an IPv6 address. */
function groupsOf(address: string): string[] {
  // The URL parser returns the canonical spelling, without a dotted IPv4 part.
  const canonical = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [head = "", tail] = canonical.split("::");
  const first = head.split(":").filter(Boolean);
  const last = (tail ?? "").split(":").filter(Boolean);
  const zeros = tail === undefined ? [] : Array.from({ length: 8 - first.length - last.length }, () => "0");
  return [...first, ...zeros, ...last];
}
