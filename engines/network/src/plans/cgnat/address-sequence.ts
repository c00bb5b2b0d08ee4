import type { IPAddress } from "../../ipam/addresses/ip-address.ts";
import type { Range } from "../../ipam/blocks/range.ts";
import { NetworkFault } from "../../network-fault.ts";

/** The addresses of several IPv4 ranges, one range after the other in the given order, counted from 0. */
export class AddressSequence {
  readonly ranges: readonly Range[];
  readonly size: number;

  private constructor(ranges: readonly Range[]) {
    this.ranges = ranges;
    this.size = ranges.reduce((sum, range) => sum + Number(range.size), 0);
  }

  /** @throws NetworkFault PLAN_INVALID if there is no range, a range is IPv6, or two share an address. */
  static of(what: "inside" | "outside", ranges: readonly Range[]): AddressSequence {
    if (ranges.length === 0) {
      throw new NetworkFault(
        "PLAN_INVALID",
        `expected ${what} addresses; found none: write at least one prefix or range`,
        [what],
      );
    }
    for (const [index, range] of ranges.entries()) {
      if (range.family !== 4) {
        throw new NetworkFault(
          "PLAN_INVALID",
          `expected ${what} addresses of IPv4; found ${range}: write a range of IPv4`,
          [what, index],
        );
      }
    }
    const sorted = ranges.toSorted((one, other) => one.compare(other));
    for (const [index, range] of sorted.entries()) {
      const before = sorted[index - 1];
      if (before?.overlaps(range)) {
        throw new NetworkFault(
          "PLAN_INVALID",
          `expected ${what} ranges that share no address; found ${before} and ${range}: write each address once`,
          [what, ranges.indexOf(range)],
        );
      }
    }
    return new AddressSequence(ranges);
  }

  /** The address at an index; undefined past the last one. */
  at(index: number): IPAddress | undefined {
    let before = 0;
    for (const range of this.ranges) {
      const within = index - before;
      if (within < Number(range.size)) return range.first.plus(BigInt(within));
      before += Number(range.size);
    }
    return undefined;
  }

  /** The index of an address; undefined for an address outside of the ranges. */
  indexOf(address: IPAddress): number | undefined {
    let before = 0;
    for (const range of this.ranges) {
      if (range.contains(address)) return before + Number(address.value - range.first.value);
      before += Number(range.size);
    }
    return undefined;
  }
}
