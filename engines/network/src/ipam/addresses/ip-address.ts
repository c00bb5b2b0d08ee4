import { NetworkFault } from "../../network-fault.ts";
import { bitsOf, type Family } from "./family.ts";
import { parseAddress } from "./parse-address.ts";
import { printAddress } from "./print-address.ts";
import { whyNoAddress } from "./why-no-address.ts";

/** One address of IPv4 or IPv6. An IPv4-mapped address (`::ffff:192.0.2.1`) is IPv6. */
export class IPAddress {
  readonly family: Family;
  /** The address as an unsigned number. The first bit on the wire is the highest. */
  readonly value: bigint;

  private constructor(family: Family, value: bigint) {
    this.family = family;
    this.value = value;
  }

  /**
   * Parses an address in any form of RFC 4291 section 2.2 or as four decimal octets.
   * @throws NetworkFault ADDRESS_INVALID for any other text: leading zeros, a zone id, a prefix length.
   */
  static parse(text: string): IPAddress {
    const parsed = parseAddress(text);
    if (parsed === undefined) throw new NetworkFault("ADDRESS_INVALID", whyNoAddress(text));
    return new IPAddress(parsed.family, parsed.value);
  }

  /** @throws NetworkFault ADDRESS_INVALID for a value outside of the family. */
  static of(family: Family, value: bigint): IPAddress {
    if (value >> BigInt(bitsOf(family)) !== 0n) {
      throw new NetworkFault(
        "ADDRESS_INVALID",
        `expected a value of ${bitsOf(family)} bits for an IPv${family} address; found ${value}: stay within the addresses of IPv${family}`,
      );
    }
    return new IPAddress(family, value);
  }

  /**
   * The address in network byte order, as a packet carries it.
   * @throws NetworkFault ADDRESS_INVALID unless there are 4 or 16 bytes.
   */
  static fromBytes(bytes: Uint8Array): IPAddress {
    if (bytes.length !== 4 && bytes.length !== 16) {
      throw new NetworkFault(
        "ADDRESS_INVALID",
        `expected 4 bytes of an IPv4 or 16 of an IPv6 address; found ${bytes.length}: pass the address alone`,
      );
    }
    const value = bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
    return new IPAddress(bytes.length === 4 ? 4 : 6, value);
  }

  /** 32 or 128. */
  get bits(): 32 | 128 {
    return bitsOf(this.family);
  }

  /**
   * The address at this distance; a negative count goes backwards.
   * @throws NetworkFault ADDRESS_INVALID past either end of the family.
   */
  plus(count: bigint): IPAddress {
    return IPAddress.of(this.family, this.value + count);
  }

  /** Orders IPv4 before IPv6, then by value. */
  compare(other: IPAddress): -1 | 0 | 1 {
    if (this.family !== other.family) return this.family < other.family ? -1 : 1;
    if (this.value === other.value) return 0;
    return this.value < other.value ? -1 : 1;
  }

  equals(other: IPAddress): boolean {
    return this.compare(other) === 0;
  }

  /** In network byte order: 4 bytes of IPv4, 16 of IPv6. */
  toBytes(): Uint8Array {
    const length = this.bits / 8;
    return Uint8Array.from({ length }, (_, index) =>
      Number((this.value >> BigInt(8 * (length - 1 - index))) & 0xffn),
    );
  }

  /** The form that RFC 5952 recommends. */
  toString(): string {
    return printAddress(this.family, this.value);
  }

  toJSON(): string {
    return this.toString();
  }
}
