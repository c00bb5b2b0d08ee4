import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../../../../base/testing/runs.ts";
import { fits } from "../../../oracle/plans/fits.ts";
import { Prefix } from "../../ipam/blocks/prefix.ts";
import { NetworkFault } from "../../network-fault.ts";
import type { Demand } from "./demand.ts";
import type { PlannedPart } from "./planned-part.ts";
import { splitBlock } from "./split-block.ts";

const split = (block: string, demands: readonly Demand[], taken: readonly string[] = []) =>
  splitBlock(Prefix.parse(block), demands, taken.map(Prefix.parse));
const only = (block: string, demand: Demand): PlannedPart => {
  const [part] = split(block, [demand]).parts;
  if (part === undefined) throw new Error("expected a part");
  return part;
};
const placed = (parts: readonly PlannedPart[] = []) => parts.map(({ name, prefix }) => `${name} ${prefix}`);
const texts = (prefixes: readonly Prefix[] = []) => prefixes.map(String);
const keep = (name: string, length: number, grow?: number): Demand => ({
  kind: "prefix",
  name,
  length,
  ...(grow !== undefined && { grow }),
});
const pool = (count: bigint, more: object = {}): Demand => ({ kind: "pool", name: "pool", count, ...more });
const subnet = (count: bigint, more: object = {}): Demand => ({
  kind: "subnet",
  name: "lan",
  count,
  ...more,
});
const delegations = (count: bigint, delegatedLength: number, more: object = {}): Demand => ({
  kind: "delegations",
  name: "homes",
  count,
  delegatedLength,
  ...more,
});

describe("a block", () => {
  it("of an ISP is split into sites, delegations, links and the rest of each", () => {
    const site = (name: string, count: bigint): Demand => ({
      kind: "group",
      name,
      length: 40,
      grow: 1,
      parts: [keep("infrastructure", 48), delegations(count, 56, { grow: 2 }), subnet(20n)],
    });
    const { parts, free } = split("2001:db8::/32", [site("paris", 4000n), site("lyon", 900n)]);
    expect(placed(parts)).toEqual(["paris 2001:db8::/40", "lyon 2001:db8:200::/40"]);
    expect(parts.map(({ reserve }) => String(reserve))).toEqual(["2001:db8::/39", "2001:db8:200::/39"]);
    const [paris] = parts;
    expect(placed(paris?.parts)).toEqual([
      "infrastructure 2001:db8:40::/48",
      "homes 2001:db8::/44",
      "lan 2001:db8:41::/64",
    ]);
    const homes = paris?.parts?.[1];
    expect(homes).toMatchObject({ kind: "delegations", capacity: 4096n });
    expect(String(homes?.reserve)).toBe("2001:db8::/42");
    expect(texts(homes?.delegations && [homes.delegations.first, homes.delegations.last])).toEqual([
      "2001:db8::/56",
      "2001:db8:f:ff00::/56",
    ]);
    expect(texts(paris?.free).slice(0, 3)).toEqual([
      "2001:db8:41:1::/64",
      "2001:db8:41:2::/63",
      "2001:db8:41:4::/62",
    ]);
    expect(texts(paris?.free).at(-1)).toBe("2001:db8:80::/41");
    expect(texts(free)).toEqual([
      "2001:db8:400::/38",
      "2001:db8:800::/37",
      "2001:db8:1000::/36",
      "2001:db8:2000::/35",
      "2001:db8:4000::/34",
      "2001:db8:8000::/33",
    ]);
  });

  it("places the largest parts first, equal ones in the given order, each at the lowest place", () => {
    const demands = [keep("a", 28), keep("b", 26), keep("c", 28), keep("d", 25)];
    const { parts, free } = split("192.0.2.0/24", demands);
    expect(placed(parts)).toEqual([
      "a 192.0.2.192/28",
      "b 192.0.2.128/26",
      "c 192.0.2.208/28",
      "d 192.0.2.0/25",
    ]);
    expect(texts(free)).toEqual(["192.0.2.224/27"]);
  });

  it("avoids taken prefixes", () => {
    const { parts, free } = split("192.0.2.0/24", [keep("a", 26), keep("b", 26)], ["192.0.2.16/28"]);
    expect(placed(parts)).toEqual(["a 192.0.2.64/26", "b 192.0.2.128/26"]);
    expect(texts(free)).toEqual(["192.0.2.0/28", "192.0.2.32/27", "192.0.2.192/26"]);
  });

  it("may go to one part whole", () => {
    expect(split("192.0.2.0/24", [keep("all", 24)])).toEqual({
      parts: [
        {
          name: "all",
          kind: "prefix",
          prefix: Prefix.parse("192.0.2.0/24"),
          reserve: Prefix.parse("192.0.2.0/24"),
        },
      ],
      free: [],
    });
    expect(split("192.0.2.0/24", []).free).toEqual([Prefix.parse("192.0.2.0/24")]);
  });
});

describe("a part is as small as possible:", () => {
  it.each<[string, Demand, string, bigint | undefined]>([
    ["a pool of 256", pool(256n), "10.0.0.0/24", 256n],
    ["a pool of 257", pool(257n), "10.0.0.0/23", 512n],
    ["a pool of 1", pool(1n), "10.0.0.0/32", 1n],
    ["a subnet of 254", subnet(254n), "10.0.0.0/24", 254n],
    ["a subnet of 255", subnet(255n), "10.0.0.0/23", 510n],
    ["a subnet of 2", subnet(2n), "10.0.0.0/30", 2n],
    ["a subnet of 2 as a /31", subnet(2n, { length: 31 }), "10.0.0.0/31", 2n],
    ["a subnet of 1 as a /32", subnet(1n, { length: 32 }), "10.0.0.0/32", 1n],
    ["a subnet of 2 as a /30", subnet(2n, { length: 30 }), "10.0.0.0/30", 2n],
    ["300 delegations of a /30", delegations(300n, 30), "10.0.0.0/21", 512n],
    ["a pool larger than it needs to be", pool(1n, { length: 26 }), "10.0.0.0/26", 64n],
    ["a reserved block", keep("spare", 20), "10.0.0.0/20", undefined],
  ])("%s", (_, demand, prefix, capacity) => {
    const part = only("10.0.0.0/8", demand);
    expect([String(part.prefix), part.capacity]).toEqual([prefix, capacity]);
  });

  it.each<[string, Demand, string, bigint]>([
    ["a subnet, a /64", subnet(2n), "2001:db8::/64", (1n << 64n) - 1n],
    ["a subnet of its own length", subnet(2n, { length: 126 }), "2001:db8::/126", 3n],
    ["a link of two", subnet(2n, { length: 127 }), "2001:db8::/127", 2n],
    ["a subnet of all that a /64 has", subnet((1n << 64n) - 1n), "2001:db8::/64", (1n << 64n) - 1n],
    ["a subnet of more than a /64 has", subnet(1n << 64n), "2001:db8::/63", (1n << 65n) - 1n],
    ["a pool", pool(3n), "2001:db8::/126", 4n],
    ["65536 delegations of a /56", delegations(65_536n, 56), "2001:db8::/40", 65_536n],
    ["65537 delegations of a /56", delegations(65_537n, 56), "2001:db8::/39", 131_072n],
  ])("of IPv6 %s", (_, demand, prefix, capacity) => {
    const part = only("2001:db8::/32", demand);
    expect([String(part.prefix), part.capacity]).toEqual([prefix, capacity]);
  });

  it("a group with its parts and their growth", () => {
    const group = (...parts: Demand[]): Demand => ({ kind: "group", name: "site", parts });
    const lengthOf = (...parts: Demand[]) => only("10.0.0.0/8", group(...parts)).prefix.length;
    expect(lengthOf(keep("a", 24))).toBe(24);
    expect(lengthOf(keep("a", 24), keep("b", 24))).toBe(23);
    expect(lengthOf(keep("a", 24), keep("b", 25), keep("c", 25))).toBe(23);
    expect(lengthOf(keep("a", 24), keep("b", 25), keep("c", 25), keep("d", 32))).toBe(22);
    expect(lengthOf(keep("a", 24, 2), keep("b", 24))).toBe(21);
    expect(lengthOf(group(keep("a", 24)), keep("b", 24))).toBe(23);
  });
});

describe("a plan", () => {
  it.each<[string, Demand[], string]>([
    [
      "has no room",
      [keep("a", 25), keep("b", 26), keep("c", 25)],
      "b: expected a free /26 in 192.0.2.0/24; found nothing free: take a larger block, or ask for less or less growth",
    ],
    [
      "has no room in one piece",
      [keep("a", 24), keep("b", 25, 1)],
      "b: expected a free /24 (a /25 with room to grow) in 192.0.2.0/24; found",
    ],
    [
      "is larger than the block",
      [keep("a", 23)],
      "a: expected a free /23 in 192.0.2.0/24; found 1 free prefixes, of which 192.0.2.0/24 is the largest",
    ],
    [
      "is in a group that is too small",
      [{ kind: "group", name: "site", parts: [keep("a", 25), keep("b", 25), keep("c", 32)] }],
      "site: expected a free /23 in 192.0.2.0/24",
    ],
  ])("that %s is refused with the name of the part", (_, demands, message) => {
    const attempt = () => split("192.0.2.0/24", demands);
    expect(attempt).toThrow(message);
    expect(attempt).toThrow(expect.objectContaining({ code: "SPACE_EXHAUSTED" }));
  });

  it("that has no room beside taken prefixes is refused with the largest free prefix", () => {
    expect(() => split("192.0.2.0/24", [keep("a", 25)], ["192.0.2.16/28", "192.0.2.240/28"])).toThrow(
      new NetworkFault(
        "SPACE_EXHAUSTED",
        "a: expected a free /25 in 192.0.2.0/24; found 6 free prefixes, of which 192.0.2.64/26 is the largest: take a larger block, or ask for less or less growth",
        ["parts", 0],
      ),
    );
  });

  const group = (length: number, ...parts: Demand[]): Demand => ({
    kind: "group",
    name: "site",
    length,
    parts,
  });
  it.each<[string, Demand[], string]>([
    [
      "of one name twice",
      [keep("a", 25), keep("a", 26)],
      "a: expected parts of different names; found two of this name: rename one",
    ],
    [
      "of one name twice in a group",
      [group(25, keep("a", 28), keep("a", 28))],
      "site.a: expected parts of different names",
    ],
    [
      "of an empty group",
      [group(25)],
      'site: expected at least one part; found none: name one, or write the kind "prefix"',
    ],
    [
      "too long for a pool",
      [pool(5n, { length: 30 })],
      "pool: expected a prefix of /29 or shorter; found /30: shorten it or ask for less in it",
    ],
    [
      "too long for a subnet",
      [subnet(3n, { length: 30 })],
      "lan: expected a prefix of /29 or shorter; found /30",
    ],
    [
      "too long for two hosts",
      [subnet(2n, { length: 32 })],
      "lan: expected a prefix of /31 or shorter; found /32",
    ],
    [
      "too long for its delegations",
      [delegations(3n, 30, { length: 29 })],
      "homes: expected a prefix of /28 or shorter; found /29",
    ],
    [
      "too long for a group's parts",
      [group(26, keep("a", 27), keep("b", 26))],
      "site: expected a prefix of /25 or shorter; found /26",
    ],
    [
      "too long for the family",
      [keep("a", 33)],
      "a: expected a length from 0 to 32; found 33: write a whole number of that range",
    ],
    ["of half a bit", [keep("a", 24.5)], "a: expected a length from 0 to 32; found 24.5"],
    [
      "with negative growth",
      [keep("a", 24, -1)],
      "a: expected a number of bits to grow from 0 to 32; found -1",
    ],
    [
      "that grows beyond the family",
      [keep("a", 24, 25)],
      "a: expected at most 24 bits to grow; found 25: keep fewer free",
    ],
    [
      "of no addresses",
      [pool(0n)],
      "pool: expected a count of 1 or more; found 0: leave the part out or write how many",
    ],
    ["of no hosts", [subnet(0n)], "lan: expected a count of 1 or more; found 0"],
    [
      "of a negative number of delegations",
      [delegations(-1n, 30)],
      "homes: expected a count of 1 or more; found -1",
    ],
    [
      "of too many addresses",
      [pool((1n << 32n) + 1n)],
      "pool: expected a count that the family has addresses for; found 4294967297: ask for less",
    ],
    ["of too many hosts", [subnet(1n << 32n)], "lan: expected a count that the family has addresses for"],
    [
      "of too many delegations",
      [delegations(1n << 31n, 30)],
      "homes: expected a count that the family has addresses for",
    ],
    [
      "of delegations longer than addresses",
      [delegations(1n, 33)],
      "homes: expected a delegated length from 0 to 32; found 33",
    ],
  ])("%s is refused with the name of the part", (_, demands, message) => {
    const attempt = () => split("192.0.2.0/24", demands);
    expect(attempt).toThrow(message);
    expect(attempt).toThrow(expect.objectContaining({ code: "PLAN_INVALID" }));
  });

  it("is refused with the path of the part, also when the size of its group depends on it", () => {
    const site: Demand = { kind: "group", name: "site", parts: [keep("a", 40)] };
    expect(() => split("192.0.2.0/24", [site])).toThrow("site.a: expected a length from 0 to 32; found 40");
  });

  it("may have a part that grows to the whole family", () => {
    expect(String(only("0.0.0.0/0", keep("a", 24, 24)).reserve)).toBe("0.0.0.0/0");
    expect(String(only("0.0.0.0/0", pool(1n << 32n)).prefix)).toBe("0.0.0.0/0");
    expect(String(only("0.0.0.0/0", delegations(1n << 30n, 30)).prefix)).toBe("0.0.0.0/0");
  });
});

describe("a random plan", () => {
  const block = "192.0.2.0/28";
  const demands = fc
    .array(fc.tuple(fc.integer({ min: 28, max: 32 }), fc.integer({ min: 0, max: 2 })), { maxLength: 5 })
    .map((sizes) =>
      sizes.map(([length, grow], index) => keep(`part ${index}`, length, Math.min(grow, length - 28))),
    );
  const taken = fc.uniqueArray(fc.integer({ min: 0, max: 15 }), { maxLength: 6 });

  it("is refused only when a search of all places finds none, and otherwise uses each address once", () => {
    fc.assert(
      fc.property(demands, taken, (wanted, used) => {
        const cells = Array.from({ length: 16 }, (_, index) => !used.includes(index));
        const sizes = wanted.map((one) => 2 ** (32 - (one.length ?? 32) + (one.grow ?? 0)));
        const attempt = () =>
          split(
            block,
            wanted,
            used.map((index) => `192.0.2.${index}/32`),
          );
        if (!fits(cells, sizes)) {
          expect(attempt).toThrow(NetworkFault);
          return;
        }
        const { parts, free } = attempt();
        const seen = [...parts.map(({ reserve }) => reserve), ...free].flatMap((prefix) =>
          [...prefix.children(32)].map(({ first }) => Number(first.value & 15n)),
        );
        expect([...seen, ...used].toSorted((one, other) => one - other)).toEqual(
          cells.map((_, index) => index),
        );
        for (const { prefix, reserve } of parts) expect(prefix.first).toEqual(reserve.first);
        expect(parts.map(({ prefix }) => prefix.length)).toEqual(wanted.map(({ length }) => length));
      }),
      runs(300),
    );
  });
});
