import { NetworkFault } from "../../network-fault.ts";
import { bitsOf, type Family } from "../addresses/family.ts";
import { IPAddress } from "../addresses/ip-address.ts";
import { refuseLength } from "./refuse-length.ts";

const form = /^([^/]*)\/(0|[1-9]\d{0,2})$/;

/** A block of addresses that share their first bits: `192.0.2.0/24`, `2001:db8::/32`. */
export class Prefix {
  readonly first: IPAddress;
  /** The number of bits that the addresses share. */
  readonly length: number;

  private constructor(first: IPAddress, length: number) {
    this.first = first;
    this.length = length;
  }

  /**
   * Parses an address, a slash and a length.
   * @throws NetworkFault PREFIX_INVALID for another form, and for bits set after the length (with the prefix that
   * contains the address); ADDRESS_INVALID if the part before the slash is not an address.
   */
  static parse(text: string): Prefix {
    const [, address, length] = form.exec(text) ?? [];
    if (address === undefined) {
      throw new NetworkFault(
        "PREFIX_INVALID",
        `expected a prefix, such as "192.0.2.0/24" or "2001:db8::/32"; found ${JSON.stringify(text)}: write an address, a slash and a length without leading zeros`,
      );
    }
    return Prefix.of(IPAddress.parse(address), Number(length));
  }

  /** @throws NetworkFault PREFIX_INVALID for a length that the family does not have, or bits set after it. */
  static of(first: IPAddress, length: number): Prefix {
    const prefix = Prefix.containing(first, length);
    if (prefix.first.value !== first.value) {
      throw new NetworkFault(
        "PREFIX_INVALID",
        `expected no bits set after the first ${length}; found ${first}/${length}: write "${prefix}" for the prefix, "${first}" for the address`,
      );
    }
    return prefix;
  }

  /**
   * The prefix of a given length that contains an address.
   * @throws NetworkFault PREFIX_INVALID for a length that the family does not have.
   */
  static containing(address: IPAddress, length: number): Prefix {
    refuseLength(address.family, length, 0);
    const shift = BigInt(address.bits - length);
    return new Prefix(IPAddress.of(address.family, (address.value >> shift) << shift), length);
  }

  /** The prefix of one address: /32 or /128. */
  static host(address: IPAddress): Prefix {
    return new Prefix(address, address.bits);
  }

  get family(): Family {
    return this.first.family;
  }

  /** 32 or 128. */
  get bits(): 32 | 128 {
    return bitsOf(this.family);
  }

  /** The number of addresses, with the network and broadcast address. */
  get size(): bigint {
    return 1n << BigInt(this.bits - this.length);
  }

  get last(): IPAddress {
    return this.first.plus(this.size - 1n);
  }

  /** The netmask in the form of IPv4 devices: `255.255.255.0`. */
  get mask(): IPAddress {
    return IPAddress.of(this.family, (1n << BigInt(this.bits)) - this.size);
  }

  /** Whether this prefix contains every address of the other; false for another family. */
  contains(other: IPAddress | Prefix): boolean {
    const [first, length] = other instanceof Prefix ? [other.first, other.length] : [other, other.bits];
    const shift = BigInt(this.bits - this.length);
    return (
      first.family === this.family &&
      length >= this.length &&
      first.value >> shift === this.first.value >> shift
    );
  }

  /** Whether the prefixes share an address. Then one contains the other. */
  overlaps(other: Prefix): boolean {
    return this.contains(other) || other.contains(this);
  }

  /** Orders IPv4 before IPv6, then by first address, then a prefix before the prefixes inside it. */
  compare(other: Prefix): -1 | 0 | 1 {
    const order = this.first.compare(other.first);
    if (order !== 0 || this.length === other.length) return order;
    return this.length < other.length ? -1 : 1;
  }

  equals(other: Prefix): boolean {
    return this.compare(other) === 0;
  }

  /**
   * The prefix of a shorter or equal length that contains this one.
   * @throws NetworkFault PREFIX_INVALID for a longer length.
   */
  parent(length: number = this.length - 1): Prefix {
    refuseLength(this.family, length, 0, this.length);
    return Prefix.containing(this.first, length);
  }

  /**
   * The number of prefixes of a length that this one splits into.
   * @throws NetworkFault PREFIX_INVALID for a length shorter than its own.
   */
  childCount(length: number): bigint {
    refuseLength(this.family, length, this.length);
    return 1n << BigInt(length - this.length);
  }

  /**
   * The child of a length at an index, counted from 0.
   * @throws NetworkFault PREFIX_INVALID for a length shorter than its own, or an index that is too high.
   */
  child(length: number, index: bigint): Prefix {
    const count = this.childCount(length);
    if (index < 0n || index >= count) {
      throw new NetworkFault(
        "PREFIX_INVALID",
        `expected the index of a /${length} in ${this}, from 0 to ${count - 1n}; found ${index}: take one of them`,
      );
    }
    const step = 1n << BigInt(this.bits - length);
    return new Prefix(this.first.plus(index * step), length);
  }

  /** Yields all children of a length one at a time: a /32 of IPv6 has more /64 than memory has bytes. */
  *children(length: number): Generator<Prefix> {
    const count = this.childCount(length);
    for (let index = 0n; index < count; index += 1n) yield this.child(length, index);
  }

  /** The next prefix of the same length; undefined at the end of the family. */
  next(): Prefix | undefined {
    const value = this.first.value + this.size;
    if (value >> BigInt(this.bits) !== 0n) return undefined;
    return new Prefix(IPAddress.of(this.family, value), this.length);
  }

  toString(): string {
    return `${this.first}/${this.length}`;
  }

  toJSON(): string {
    return this.toString();
  }
}
