import { isIPv4, isIPv6 } from "node:net";

/**
 * What counts as one client: an IPv4 address, or an IPv6 network of 64 bits, because whoever has one address
 * in such a network has all of them.
 */
export function clientNetwork(address: string): string {
  const plain = address.split("%", 1)[0] ?? address;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(plain)?.[1];
  if (mapped !== undefined && isIPv4(mapped)) return mapped;
  return isIPv6(plain) ? `${networkOf(plain)}/64` : plain;
}

function networkOf(address: string): string {
  // The URL parser gives the one canonical spelling, without a dotted IPv4 tail.
  const canonical = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [head = "", tail] = canonical.split("::");
  const first = head.split(":").filter(Boolean);
  const last = (tail ?? "").split(":").filter(Boolean);
  const zeros = tail === undefined ? [] : Array.from({ length: 8 - first.length - last.length }, () => "0");
  return `${[...first, ...zeros, ...last].slice(0, 4).join(":")}::`;
}
