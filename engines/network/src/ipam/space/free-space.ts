import { IPAddress } from "../addresses/ip-address.ts";
import { type AddressBlock, spanOf } from "../blocks/address-block.ts";
import { Prefix } from "../blocks/prefix.ts";
import { Range } from "../blocks/range.ts";
import { refuseLength } from "../blocks/refuse-length.ts";
import { usableRange } from "../blocks/usable-range.ts";
import { freeSpan, gapAround, takeSpan } from "./change-gaps.ts";
import { type Fit, startsThatFit } from "./fit.ts";
import { freeValues } from "./free-values.ts";
import { gapsBetween } from "./gap.ts";
import { type GapTree, gapsWhere, growTree } from "./gap-tree.ts";
import { alreadyFree, exhausted, notFree, refuseOutside } from "./space-faults.ts";
import { take } from "./take.ts";

/**
 * The free space between the children of a prefix: an index of the gaps, whose memory is proportional to the number
 * of children and independent of the number of addresses. It is immutable: `without` and `with` return another one.
 * They and the searches take time proportional to the logarithm of the number of gaps.
 */
export class FreeSpace {
  readonly parent: Prefix;
  /** The number of free addresses, with the network and broadcast address. */
  readonly size: bigint;
  readonly #gaps: GapTree | undefined;

  private constructor(parent: Prefix, gaps: GapTree | undefined, size: bigint) {
    this.parent = parent;
    this.#gaps = gaps;
    this.size = size;
  }

  /**
   * A parent without its children. The children may be unordered and may contain each other. Takes the time of
   * sorting them.
   * @throws NetworkFault PLAN_INVALID for a child that is not completely in the parent.
   */
  static of(parent: Prefix, children: Iterable<AddressBlock>): FreeSpace {
    const spans = Array.from(children, (child) => {
      refuseOutside(parent, child);
      return spanOf(child);
    });
    spans.sort((one, other) => (one.start < other.start ? -1 : 1));
    const gaps = gapsBetween(spanOf(parent), spans);
    const size = gaps.reduce((sum, { start, end }) => sum + end - start, 0n);
    return new FreeSpace(parent, growTree(gaps), size);
  }

  /** The free addresses in as few ranges as possible, lowest first. */
  *ranges(): Generator<Range> {
    for (const { start, end } of gapsWhere(this.#gaps, -1n, 0n)) {
      yield Range.of(this.#address(start), this.#address(end - 1n));
    }
  }

  /** The fewest prefixes that cover exactly the free addresses, lowest first. */
  *prefixes(): Generator<Prefix> {
    for (const range of this.ranges()) yield* range.prefixes();
  }

  /** Whether all addresses of a block are free. */
  isFree(block: AddressBlock): boolean {
    return block.family === this.parent.family && gapAround(this.#gaps, spanOf(block)) !== undefined;
  }

  /**
   * The number of prefixes of a length that can still be taken. Takes time proportional to the number of gaps.
   * @throws NetworkFault PREFIX_INVALID for a length shorter than the parent's.
   */
  room(length: number): bigint {
    const exponent = BigInt(this.#exponent(length));
    let room = 0n;
    for (const { start, end } of gapsWhere(this.#gaps, -1n << exponent, 0n)) {
      const roundedUp = -(-start >> exponent);
      room += (end >> exponent) - roundedUp;
    }
    return room;
  }

  /**
   * The free prefix of a length to take next; undefined if none is left.
   * @throws NetworkFault PREFIX_INVALID for a length shorter than the parent's.
   */
  nextPrefix(length: number, fit: Fit = "lowest"): Prefix | undefined {
    return this.#prefixesThatFit(length, fit).next().value;
  }

  /**
   * Free prefixes of a length, in the order in which they are taken one by one; all or none of the count.
   * @throws NetworkFault SPACE_EXHAUSTED if fewer are left; PREFIX_INVALID as `nextPrefix`.
   */
  nextPrefixes(length: number, count: number, fit: Fit = "lowest"): readonly Prefix[] {
    const prefixes = take(this.#prefixesThatFit(length, fit), count);
    if (prefixes.length < count) throw exhausted(`/${length}`, this.parent, count, prefixes.length);
    return prefixes;
  }

  /**
   * The lowest free address within a range; undefined if none is left. The default range is the usable addresses of
   * a parent that is not a pool.
   */
  nextAddress(within: Range = usableRange(this.parent)): IPAddress | undefined {
    return this.#addresses(within).next().value;
  }

  /**
   * The lowest free addresses within a range; all or none of the count.
   * @throws NetworkFault SPACE_EXHAUSTED if fewer are left.
   */
  nextAddresses(count: number, within: Range = usableRange(this.parent)): readonly IPAddress[] {
    const addresses = take(this.#addresses(within), count);
    if (addresses.length < count) throw exhausted("addresses", within, count, addresses.length);
    return addresses;
  }

  /**
   * The space without a newly taken block.
   * @throws NetworkFault PLAN_INVALID if a part of the block is not free.
   */
  without(block: AddressBlock): FreeSpace {
    const sameFamily = block.family === this.parent.family;
    const left = sameFamily ? takeSpan(this.#gaps, spanOf(block)) : undefined;
    if (left === undefined) throw notFree(block, this.parent);
    return this.#changed(left.tree, -sizeOf(block));
  }

  /**
   * The space with a block given back. The space does not store its children: if children overlap, give back only
   * the addresses that no other child has.
   * @throws NetworkFault PLAN_INVALID if a part of the block is already free or outside the parent.
   */
  with(block: AddressBlock): FreeSpace {
    refuseOutside(this.parent, block);
    const left = freeSpan(this.#gaps, spanOf(block));
    if (left === undefined) throw alreadyFree(block, this.parent);
    return this.#changed(left.tree, sizeOf(block));
  }

  #changed(gaps: GapTree | undefined, by: bigint): FreeSpace {
    return new FreeSpace(this.parent, gaps, this.size + by);
  }

  #address(value: bigint): IPAddress {
    return IPAddress.of(this.parent.family, value);
  }

  /** @throws NetworkFault PREFIX_INVALID for a length shorter than the parent's. */
  #exponent(length: number): number {
    refuseLength(this.parent.family, length, this.parent.length);
    return this.parent.bits - length;
  }

  *#prefixesThatFit(length: number, fit: Fit): Generator<Prefix> {
    for (const start of startsThatFit(this.#gaps, this.#exponent(length), fit)) {
      yield Prefix.of(this.#address(start), length);
    }
  }

  *#addresses(within: Range): Generator<IPAddress> {
    if (within.family !== this.parent.family) return;
    for (const value of freeValues(this.#gaps, spanOf(within))) yield this.#address(value);
  }
}

function sizeOf(block: AddressBlock): bigint {
  const { start, end } = spanOf(block);
  return end - start;
}
