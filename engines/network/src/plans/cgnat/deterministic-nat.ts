import { isWholeWithin } from "../../../../base/src/is-whole-within.ts";
import type { IPAddress } from "../../ipam/addresses/ip-address.ts";
import type { Range } from "../../ipam/blocks/range.ts";
import { NetworkFault } from "../../network-fault.ts";
import { AddressSequence } from "./address-sequence.ts";
import { type PortPolicy, type PortShares, portShares } from "./port-shares.ts";

/** The source ports of a subscriber's packets: from first to last on one outside address. */
export interface PortBlock {
  readonly outside: IPAddress;
  readonly firstPort: number;
  readonly lastPort: number;
}

/**
 * The owner of an outside address and port. `reserved` ports are below or above the shared ones, a `remainder`
 * follows the last whole block, `unassigned` blocks are free for more inside addresses.
 */
export type PortOwner =
  | { readonly kind: "subscriber"; readonly inside: IPAddress; readonly block: PortBlock }
  | { readonly kind: "reserved" | "remainder" | "unassigned" };

/**
 * A carrier-grade NAT whose translations are computed, so that no log is needed to find a subscriber: RFC 7422 with
 * sequential assignment. The inside address at index i has block i mod s of the outside address at index floor(i /
 * s), where s is the number of blocks that an outside address has; block b begins at port `firstPort + b *
 * portsPerSubscriber`. FD.io VPP (det44) and Junos (deterministic NAPT) compute the same.
 */
export class DeterministicNat {
  readonly inside: AddressSequence;
  readonly outside: AddressSequence;
  readonly shares: PortShares;

  private constructor(inside: AddressSequence, outside: AddressSequence, shares: PortShares) {
    this.inside = inside;
    this.outside = outside;
    this.shares = shares;
  }

  /**
   * @throws NetworkFault PLAN_INVALID for ranges that are empty, IPv6 or overlapping, or for bad ports;
   * SPACE_EXHAUSTED if the outside addresses have too few ports.
   */
  static of(inside: readonly Range[], outside: readonly Range[], policy: PortPolicy = {}): DeterministicNat {
    const subscribers = AddressSequence.of("inside", inside);
    const pool = AddressSequence.of("outside", outside);
    refuseShared(subscribers.ranges, pool.ranges);
    return new DeterministicNat(subscribers, pool, portShares(subscribers.size, pool.size, policy));
  }

  /** The number of subscribers that there are blocks for. */
  get capacity(): number {
    return this.shares.subscribersPerAddress * this.outside.size;
  }

  /** The number of ports of each outside address after its last whole block. */
  get remainder(): number {
    const { firstPort, lastPort, portsPerSubscriber, subscribersPerAddress } = this.shares;
    return lastPort - firstPort + 1 - portsPerSubscriber * subscribersPerAddress;
  }

  /** The number of outside addresses that have a subscriber. */
  get outsideInUse(): number {
    return Math.ceil(this.inside.size / this.shares.subscribersPerAddress);
  }

  /** @throws NetworkFault PLAN_INVALID for an address that is not an inside address. */
  blockOf(subscriber: IPAddress): PortBlock {
    const index = this.inside.indexOf(subscriber);
    if (index === undefined) throw foreign("inside", subscriber, this.inside);
    return this.#block(index);
  }

  /** @throws NetworkFault PLAN_INVALID for an address that is not an outside address, or an invalid port. */
  ownerOf(address: IPAddress, port: number): PortOwner {
    const { firstPort, lastPort, portsPerSubscriber, subscribersPerAddress } = this.shares;
    const position = this.outside.indexOf(address);
    if (position === undefined) throw foreign("outside", address, this.outside);
    if (!isWholeWithin(port, 0, 65_535)) {
      throw new NetworkFault(
        "PLAN_INVALID",
        `expected a port from 0 to 65535; found ${port}: write a whole number`,
      );
    }
    if (port < firstPort || port > lastPort) return { kind: "reserved" };
    const number = Math.floor((port - firstPort) / portsPerSubscriber);
    if (number >= subscribersPerAddress) return { kind: "remainder" };
    const index = position * subscribersPerAddress + number;
    const inside = this.inside.at(index);
    return inside === undefined
      ? { kind: "unassigned" }
      : { kind: "subscriber", inside, block: this.#block(index) };
  }

  #block(index: number): PortBlock {
    const { portsPerSubscriber, subscribersPerAddress } = this.shares;
    const outside = this.outside.at(Math.floor(index / subscribersPerAddress));
    // portShares refuses a policy without a block for every inside address, so this cannot happen.
    if (outside === undefined) throw new RangeError(`no outside address for the subscriber at ${index}`);
    const firstPort = this.shares.firstPort + (index % subscribersPerAddress) * portsPerSubscriber;
    return { outside, firstPort, lastPort: firstPort + portsPerSubscriber - 1 };
  }
}

/** Refuses an address that is both inside and outside, because its owner would be ambiguous. */
function refuseShared(inside: readonly Range[], outside: readonly Range[]): void {
  for (const range of inside) {
    const index = outside.findIndex((other) => other.overlaps(range));
    if (index < 0) continue;
    throw new NetworkFault(
      "PLAN_INVALID",
      `expected inside and outside ranges that share no address; found ${range} and ${outside[index]}: write each address on one side`,
      ["outside", index],
    );
  }
}

function foreign(side: string, address: IPAddress, sequence: AddressSequence): NetworkFault {
  return new NetworkFault(
    "PLAN_INVALID",
    `expected an ${side} address of ${sequence.ranges.join(", ")}; found ${address}: write one of them`,
  );
}
