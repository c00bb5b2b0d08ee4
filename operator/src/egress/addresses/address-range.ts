import { BlockList, isIP } from "node:net";

/** A block of IP addresses in CIDR notation, such as 10.0.0.0/8 or 2001:db8::/32. */
export class AddressRange {
  readonly cidr: string;
  readonly #list = new BlockList();

  /** @throws Error when `cidr` is not a valid range */
  constructor(cidr: string) {
    this.cidr = cidr;
    const [network = "", prefix] = cidr.split("/");
    this.#list.addSubnet(network, Number(prefix), familyOf(network));
  }

  /**
   * IPv4-mapped IPv6 addresses count as the mapped IPv4 address. @throws TypeError for a text that is not an IP
   * address
   */
  contains(address: string): boolean {
    return this.#list.check(address, familyOf(address));
  }
}

function familyOf(address: string): "ipv4" | "ipv6" {
  const version = isIP(address);
  if (version === 0) throw new TypeError(`expected an IP address, found "${address}"`);
  return version === 6 ? "ipv6" : "ipv4";
}
