import { NetworkFault } from "../../network-fault.ts";
import type { Family } from "../addresses/family.ts";
import { IPAddress } from "../addresses/ip-address.ts";
import { Prefix } from "./prefix.ts";
import { spanBlocks } from "./span-blocks.ts";

/** All addresses from one to another, both included: `192.0.2.10-192.0.2.99`. */
export class Range {
  readonly first: IPAddress;
  readonly last: IPAddress;

  private constructor(first: IPAddress, last: IPAddress) {
    this.first = first;
    this.last = last;
  }

  /**
   * Parses two addresses with a hyphen between them.
   * @throws NetworkFault RANGE_INVALID for another form, two families, or the last before the first;
   * ADDRESS_INVALID if a part is not an address.
   */
  static parse(text: string): Range {
    const [first = "", last, ...more] = text.split("-");
    if (last === undefined || more.length > 0) {
      throw new NetworkFault(
        "RANGE_INVALID",
        `expected a range, such as "192.0.2.10-192.0.2.99"; found ${JSON.stringify(text)}: write its first and last address with a hyphen between`,
      );
    }
    return Range.of(IPAddress.parse(first), IPAddress.parse(last));
  }

  /** @throws NetworkFault RANGE_INVALID for two families, or the last address before the first. */
  static of(first: IPAddress, last: IPAddress): Range {
    if (first.family !== last.family) {
      throw new NetworkFault(
        "RANGE_INVALID",
        `expected two addresses of one family; found ${first} and ${last}: write a range for each family`,
      );
    }
    if (first.value > last.value) {
      throw new NetworkFault(
        "RANGE_INVALID",
        `expected the first address before the last; found ${first}-${last}: write "${last}-${first}"`,
      );
    }
    return new Range(first, last);
  }

  /** The addresses of a prefix, with its network and broadcast address. */
  static ofPrefix(prefix: Prefix): Range {
    return new Range(prefix.first, prefix.last);
  }

  get family(): Family {
    return this.first.family;
  }

  /** The number of addresses. */
  get size(): bigint {
    return this.last.value - this.first.value + 1n;
  }

  /** Whether this range contains every address of the other; false for another family. */
  contains(other: IPAddress | Prefix | Range): boolean {
    const [first, last] = other instanceof IPAddress ? [other, other] : [other.first, other.last];
    return first.family === this.family && first.value >= this.first.value && last.value <= this.last.value;
  }

  /** Whether the ranges share an address. */
  overlaps(other: Prefix | Range): boolean {
    return (
      other.family === this.family &&
      other.first.value <= this.last.value &&
      other.last.value >= this.first.value
    );
  }

  /** Orders IPv4 before IPv6, then by first address, then a range before the ranges inside it. */
  compare(other: Range): -1 | 0 | 1 {
    const order = this.first.compare(other.first);
    return order === 0 ? other.last.compare(this.last) : order;
  }

  equals(other: Range): boolean {
    return this.compare(other) === 0;
  }

  /** The fewest prefixes that cover exactly this range, lowest first: at most twice the family's bits. */
  *prefixes(): Generator<Prefix> {
    const bits = this.first.bits;
    for (const { start, exponent } of spanBlocks({ start: this.first.value, end: this.last.value + 1n })) {
      yield Prefix.of(IPAddress.of(this.family, start), bits - exponent);
    }
  }

  toString(): string {
    return `${this.first}-${this.last}`;
  }

  toJSON(): string {
    return this.toString();
  }
}
