import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../../../base/testing/runs.ts";
import type { IPAddress } from "../../src/ipam/addresses/ip-address.ts";
import type { AddressBlock } from "../../src/ipam/blocks/address-block.ts";
import { Prefix } from "../../src/ipam/blocks/prefix.ts";
import { Range } from "../../src/ipam/blocks/range.ts";
import { usableRange } from "../../src/ipam/blocks/usable-range.ts";
import { FreeSpace } from "../../src/ipam/space/free-space.ts";
import { usableUtilization, utilizationOf } from "../../src/ipam/space/utilization.ts";
import { type Bitmap, bestPlace, bitmapOf, lowestPlace, pieces, takeAll } from "./bitmap.ts";

const bits = 7;
const size = 2 ** bits;

/** The parents are at an unaligned place of each family, at its start and at its end. */
const parents = ["0.0.0.0/25", "10.9.8.128/25", "255.255.255.128/25", "::/121", "2001:db8::ff80/121"].map(
  Prefix.parse,
);
const parent = fc.constantFrom(...parents, Prefix.parse("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ff80/121"));

interface Child {
  readonly first: number;
  readonly last: number;
  readonly kind: "address" | "prefix" | "range";
}
const place = fc.nat(size - 1);
const child: fc.Arbitrary<Child> = fc.oneof(
  place.map((at): Child => ({ first: at, last: at, kind: "address" })),
  fc.tuple(place, fc.nat(5)).map(([at, power]): Child => {
    const first = at - (at % 2 ** power);
    return { first, last: first + 2 ** power - 1, kind: "prefix" };
  }),
  fc.tuple(place, fc.nat(12)).map(([first, more]): Child => {
    return { first, last: Math.min(first + more, size - 1), kind: "range" };
  }),
);
const children = fc.array(child, { maxLength: 24 });

function blockOf(within: Prefix, { first, last, kind }: Child): AddressBlock {
  const [start, end] = [within.first.plus(BigInt(first)), within.first.plus(BigInt(last))];
  if (kind === "address") return start;
  if (kind === "range") return Range.of(start, end);
  return Prefix.of(start, within.bits - Math.log2(last - first + 1));
}

const spaceOf = (within: Prefix, some: readonly Child[]) =>
  FreeSpace.of(
    within,
    some.map((one) => blockOf(within, one)),
  );
const bitmapFor = (some: readonly Child[]) =>
  bitmapOf(
    size,
    some.map(({ first, last }) => [first, last]),
  );
const offset = (within: Prefix, address: IPAddress) => Number(address.value - within.first.value);

function expectSame(space: FreeSpace, bitmap: Bitmap): void {
  const found = [...space.prefixes()].map((one) => ({
    start: offset(space.parent, one.first),
    size: Number(one.size),
  }));
  expect(found).toEqual(pieces(bitmap));
  expect(space.size).toBe(BigInt(bitmap.free.filter((flag) => flag).length));
}

describe("random spaces", () => {
  it("have the free space of a bitmap, in the fewest prefixes", () => {
    fc.assert(
      fc.property(parent, children, (within, some) => expectSame(spaceOf(within, some), bitmapFor(some))),
      runs(2000),
    );
  });

  it("give prefixes in the order of a bitmap that gives them one by one", () => {
    fc.assert(
      fc.property(
        parent,
        children,
        fc.integer({ min: 0, max: bits }),
        fc.constantFrom("lowest" as const, "best" as const),
        (within, some, power, fit) => {
          const space = spaceOf(within, some);
          const expected = takeAll(bitmapFor(some), 2 ** power, fit === "lowest" ? lowestPlace : bestPlace);
          const length = within.bits - power;
          const found = space.nextPrefixes(length, expected.length, fit);
          expect(found.map(({ first }) => offset(within, first))).toEqual(expected);
          expect(space.room(length)).toBe(BigInt(expected.length));
          expect(space.nextPrefix(length, fit)).toEqual(found[0]);
          expect(() => space.nextPrefixes(length, expected.length + 1, fit)).toThrow(
            /expected \d+ free \/\d+ in/,
          );
        },
      ),
      runs(2000),
    );
  });

  it("give the usable addresses of a bitmap", () => {
    fc.assert(
      fc.property(parent, children, fc.boolean(), (within, some, pool) => {
        const space = spaceOf(within, some);
        const usable = (at: number) => pool || (at !== 0 && (within.family === 6 || at !== size - 1));
        const places = bitmapFor(some).free.map((free, at) => ({ free, at }));
        const open = places.filter(({ at }) => usable(at));
        const expected = open.filter(({ free }) => free).map(({ at }) => at);
        const range = usableRange(within, pool);
        const found = space.nextAddresses(expected.length, range).map((one) => offset(within, one));
        expect(found).toEqual(expected);
        expect(() => space.nextAddresses(expected.length + 1, range)).toThrow(/expected \d+ free addresses/);
        expect(usableUtilization(space, pool)).toMatchObject({
          total: BigInt(open.length),
          free: BigInt(expected.length),
        });
        const { total, used, free } = utilizationOf(space);
        expect([total, used + free]).toEqual([BigInt(size), BigInt(size)]);
      }),
      runs(1000),
    );
  });

  it("change as a bitmap does, and refuse blocks outside of it", () => {
    const changes = fc.array(fc.record({ child, take: fc.boolean() }), { maxLength: 40 });
    fc.assert(
      fc.property(parent, children, changes, (within, some, steps) => {
        let space = spaceOf(within, some);
        const bitmap = bitmapFor(some);
        for (const { child: one, take } of steps) {
          const block = blockOf(within, one);
          const flags = bitmap.free.slice(one.first, one.last + 1);
          expect(space.isFree(block)).toBe(flags.every((flag) => flag));
          const possible = flags.every((flag) => flag === take);
          const change = () => (take ? space.without(block) : space.with(block));
          if (!possible) expect(change).toThrow(/found a part of it/);
          else {
            space = change();
            bitmap.free.fill(!take, one.first, one.last + 1);
          }
        }
        expectSame(space, bitmap);
      }),
      runs(1000),
    );
  });
});
