import { isWholeWithin } from "../../../base/src/is-whole-within.ts";
import { IPAddress } from "../ipam/addresses/ip-address.ts";
import { Prefix } from "../ipam/blocks/prefix.ts";
import { NetworkFault } from "../network-fault.ts";

/** The metrics that routers support. RFC 2865 section 5.22 has -1 among its examples. */
const [leastMetric, mostMetric] = [-1, 0xffff_ffff];

/** A route that the NAS sets up for the customer: Framed-Route of RFC 2865, Framed-IPv6-Route of RFC 3162. */
export class FramedRoute {
  readonly destination: Prefix;
  /** Undefined for the customer's own address, which the texts write as the unspecified address. */
  readonly gateway: IPAddress | undefined;
  readonly metrics: readonly number[];

  private constructor(destination: Prefix, gateway: IPAddress | undefined, metrics: readonly number[]) {
    this.destination = destination;
    this.gateway = gateway;
    this.metrics = metrics;
  }

  /** @throws NetworkFault IDENTITY_INVALID for a gateway of the other family, no metric or one out of range. */
  static of(destination: Prefix, gateway?: IPAddress, metrics: readonly number[] = [1]): FramedRoute {
    if (gateway !== undefined && gateway.family !== destination.family) {
      throw new NetworkFault(
        "IDENTITY_INVALID",
        `expected a gateway of IPv${destination.family} for ${destination}; found ${gateway}: write one of that family`,
      );
    }
    const usable = metrics.every((one) => isWholeWithin(one, leastMetric, mostMetric));
    if (metrics.length === 0 || !usable) {
      throw new NetworkFault(
        "IDENTITY_INVALID",
        `expected one or more whole metrics from ${leastMetric} to ${mostMetric} for ${destination}; found ${JSON.stringify(metrics)}: write 1 where it does not matter`,
      );
    }
    return new FramedRoute(destination, gateway?.value === 0n ? undefined : gateway, metrics);
  }

  /**
   * Reads a route's text: destination, gateway and metrics, separated by spaces. An IPv4 destination without a
   * length has the length of its class.
   * @throws NetworkFault IDENTITY_INVALID for another form, and as `Prefix.parse` and `IPAddress.parse` do.
   */
  static parse(text: string): FramedRoute {
    const [destination = "", gateway, ...metrics] = text.split(" ");
    if (gateway === undefined || metrics.length === 0 || !metrics.every((one) => /^-?\d+$/.test(one))) {
      throw new NetworkFault(
        "IDENTITY_INVALID",
        `expected a route, such as "192.168.1.0/24 192.168.1.1 1" or "2001:db8:106::/64 :: 1"; found ${JSON.stringify(text)}: write destination, gateway and metrics with one space between`,
      );
    }
    return FramedRoute.of(destinationOf(destination), IPAddress.parse(gateway), metrics.map(Number));
  }

  /** The text of the attribute; the gateway 0.0.0.0 or :: stands for the customer's own address. */
  toString(): string {
    const own = this.destination.family === 4 ? "0.0.0.0" : "::";
    return [this.destination, this.gateway ?? own, ...this.metrics].join(" ");
  }

  toJSON(): string {
    return this.toString();
  }
}

function destinationOf(text: string): Prefix {
  if (text.includes("/")) return Prefix.parse(text);
  const address = IPAddress.parse(text);
  return Prefix.of(address, lengthOfClass(address));
}

/** 8, 16 or 24 bits for class A, B or C (RFC 2865 section 5.22). */
function lengthOfClass(address: IPAddress): number {
  const length = address.family === 4 ? classLength(Number(address.value >> 24n)) : undefined;
  if (length !== undefined) return length;
  throw new NetworkFault(
    "IDENTITY_INVALID",
    `expected a destination with its prefix length; found ${address}, whose class has none: write "${address}/${address.bits}" for this address alone`,
  );
}

function classLength(firstOctet: number): number | undefined {
  if (firstOctet < 128) return 8;
  if (firstOctet < 192) return 16;
  return firstOctet < 224 ? 24 : undefined;
}
