import { NetworkFault } from "../../network-fault.ts";

/** The vendors' spellings of an address: one separator, in groups of equal length. */
const forms = [
  /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/i,
  /^[0-9a-f]{2}(-[0-9a-f]{2}){5}$/i,
  /^[0-9a-f]{4}(\.[0-9a-f]{4}){2}$/i,
  /^[0-9a-f]{4}(-[0-9a-f]{4}){2}$/i,
  /^[0-9a-f]{12}$/i,
];

/** A 48-bit MAC address (EUI-48). */
export class MacAddress {
  /** The address as an unsigned number of 48 bits. The first octet on the wire is the highest. */
  readonly value: bigint;

  private constructor(value: bigint) {
    this.value = value;
  }

  /**
   * Parses `00:00:5e:00:53:01`, `00-00-5E-00-53-01`, `0000.5e00.5301` (Cisco), `0000-5e00-5301` (Huawei) or
   * `00005e005301`, in upper or lower case.
   * @throws NetworkFault MAC_INVALID for any other form.
   */
  static parse(text: string): MacAddress {
    if (!forms.some((form) => form.test(text))) {
      throw new NetworkFault(
        "MAC_INVALID",
        `expected a MAC address of 12 hexadecimal digits, such as "00:00:5e:00:53:01", "00-00-5E-00-53-01" or "0000.5e00.5301"; found ${JSON.stringify(text)}: write one of these forms`,
      );
    }
    return new MacAddress(BigInt(`0x${text.replace(/[^0-9a-f]/gi, "")}`));
  }

  /** @throws NetworkFault MAC_INVALID for a value beyond 48 bits. */
  static of(value: bigint): MacAddress {
    if (value >> 48n !== 0n) {
      throw new NetworkFault(
        "MAC_INVALID",
        `expected a value of 48 bits for a MAC address; found ${value}: stay within 48 bits`,
      );
    }
    return new MacAddress(value);
  }

  /** Whether it addresses a group of stations: the lowest bit of its first octet (IEEE 802). */
  get isMulticast(): boolean {
    return (this.value >> 40n) % 2n === 1n;
  }

  /** Whether it was assigned locally instead of by a manufacturer (IEEE 802). */
  get isLocal(): boolean {
    return (this.value >> 41n) % 2n === 1n;
  }

  compare(other: MacAddress): -1 | 0 | 1 {
    if (this.value === other.value) return 0;
    return this.value < other.value ? -1 : 1;
  }

  equals(other: MacAddress): boolean {
    return this.value === other.value;
  }

  /** The last 64 bits of an IPv6 address made from it: modified EUI-64 (RFC 4291 appendix A). */
  interfaceId(): bigint {
    const inverted = this.value ^ (1n << 41n);
    return ((inverted >> 24n) << 40n) | (0xfffen << 24n) | (inverted & 0xffffffn);
  }

  /** `00:00:5e:00:53:01`. */
  toString(): string {
    return this.#grouped(2, ":");
  }

  /** `00-00-5E-00-53-01`, the form of Called-Station-Id in RFC 3580 section 3.20. */
  toRadius(): string {
    return this.#grouped(2, "-").toUpperCase();
  }

  /** `0000.5e00.5301`, the form of Cisco. */
  toDotted(): string {
    return this.#grouped(4, ".");
  }

  toJSON(): string {
    return this.toString();
  }

  #grouped(digits: number, separator: string): string {
    const text = this.value.toString(16).padStart(12, "0");
    return Array.from({ length: 12 / digits }, (_, index) =>
      text.slice(index * digits, (index + 1) * digits),
    ).join(separator);
  }
}
