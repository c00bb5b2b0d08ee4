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
 * What the children of a prefix leave free: an index of the gaps between them, in memory proportional to
 * the number of children, whatever the number of addresses. It never changes: `without` and `with` give
 * another one, in time proportional to the logarithm of the gaps, as the searches for what is next take.
 */
export class FreeSpace {
  readonly parent: Prefix;
  /** How many addresses are free, network and broadcast address counted. */
  readonly size: bigint;
  readonly #gaps: GapTree | undefined;

  private constructor(parent: Prefix, gaps: GapTree | undefined, size: bigint) {
    this.parent = parent;
    this.#gaps = gaps;
    this.size = size;
  }

  /**
   * A parent minus its children, which may come in any order and lie in each other. Takes the time of
   * sorting them.
   * @throws NetworkFault PLAN_INVALID for a child that is not wholly in the parent.
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

  /** The fewest prefixes that have exactly the free addresses, lowest first. */
  *prefixes(): Generator<Prefix> {
    for (const range of this.ranges()) yield* range.prefixes();
  }

  /** Whether all addresses of a block are free. */
  isFree(block: AddressBlock): boolean {
    return block.family === this.parent.family && gapAround(this.#gaps, spanOf(block)) !== undefined;
  }

  /**
   * How many prefixes of a length can be taken, one after the other. Takes time with the number of gaps.
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
   * The free prefix of a length to take next; undefined where none is left.
   * @throws NetworkFault PREFIX_INVALID for a length shorter than the parent's.
   */
  nextPrefix(length: number, fit: Fit = "lowest"): Prefix | undefined {
    return this.#prefixesThatFit(length, fit).next().value;
  }

  /**
   * As many free prefixes of a length as asked for, or none: each the one to take next after those before.
   * @throws NetworkFault SPACE_EXHAUSTED where fewer are left; PREFIX_INVALID as `nextPrefix`.
   */
  nextPrefixes(length: number, count: number, fit: Fit = "lowest"): readonly Prefix[] {
    const prefixes = take(this.#prefixesThatFit(length, fit), count);
    if (prefixes.length < count) throw exhausted(`/${length}`, this.parent, count, prefixes.length);
    return prefixes;
  }

  /**
   * The lowest free address within a range; undefined where none is left. Without a range: among the usable
   * addresses of a parent that is no pool.
   */
  nextAddress(within: Range = usableRange(this.parent)): IPAddress | undefined {
    return this.#addresses(within).next().value;
  }

  /**
   * As many free addresses within a range as asked for, the lowest, or none.
   * @throws NetworkFault SPACE_EXHAUSTED where fewer are left.
   */
  nextAddresses(count: number, within: Range = usableRange(this.parent)): readonly IPAddress[] {
    const addresses = take(this.#addresses(within), count);
    if (addresses.length < count) throw exhausted("addresses", within, count, addresses.length);
    return addresses;
  }

  /**
   * The space after a block was taken.
   * @throws NetworkFault PLAN_INVALID where a part of it is not free.
   */
  without(block: AddressBlock): FreeSpace {
    const sameFamily = block.family === this.parent.family;
    const left = sameFamily ? takeSpan(this.#gaps, spanOf(block)) : undefined;
    if (left === undefined) throw notFree(block, this.parent);
    return this.#changed(left.tree, -sizeOf(block));
  }

  /**
   * The space after a block was given back. The space does not know its children: where several had the
   * same address, give back what none of the others has.
   * @throws NetworkFault PLAN_INVALID where a part of it is free already or outside the parent.
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
