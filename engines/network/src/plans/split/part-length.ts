import { isWholeWithin } from "../../../../base/src/is-whole-within.ts";
import { bitLength } from "../../ipam/addresses/bit-length.ts";
import { bitsOf, type Family } from "../../ipam/addresses/family.ts";
import type { Demand } from "./demand.ts";
import { planFault } from "./plan-fault.ts";

/** The length of a part's prefix and that of the room in which it may grow, which is the same or shorter. */
export interface PartLength {
  readonly length: number;
  readonly reserved: number;
}

/**
 * How large a part has to be: prefixes whose sizes are powers of two fill the next power of two above their sum
 * without loss, largest first, so a group needs no more than that.
 * @throws NetworkFault PLAN_INVALID for a length or count that cannot be, or a length too long for what it is for.
 */
export function partLength(family: Family, demand: Demand, path: string): PartLength {
  const bits = bitsOf(family);
  const needed = neededLength(family, demand, path);
  const { length = needed, grow = 0 } = demand;
  requireWhole(path, "length", length, 0, bits);
  requireWhole(path, "number of bits to grow", grow, 0, bits);
  if (length > needed) {
    throw planFault(
      path,
      `a prefix of /${needed} or shorter`,
      `/${length}`,
      "shorten it or ask for less in it",
    );
  }
  if (grow > length) throw planFault(path, `at most ${length} bits to grow`, `${grow}`, "keep fewer free");
  return { length, reserved: length - grow };
}

function neededLength(family: Family, demand: Demand, path: string): number {
  const bits = bitsOf(family);
  switch (demand.kind) {
    case "group":
      return bits - exponentOf(sizeOfParts(family, demand.parts, path));
    case "delegations":
      requireWhole(path, "delegated length", demand.delegatedLength, 0, bits);
      return longEnough(
        path,
        demand.count,
        demand.delegatedLength - exponentOf(atLeastOne(path, demand.count)),
      );
    case "pool":
      return longEnough(path, demand.count, bits - exponentOf(atLeastOne(path, demand.count)));
    case "subnet":
      return subnetLength(family, demand.count, demand.length, path);
    case "prefix":
      return bits;
  }
}

/** The sum of the room that parts keep. */
function sizeOfParts(family: Family, parts: readonly Demand[], path: string): bigint {
  if (parts.length === 0)
    throw planFault(path, "at least one part", "none", 'name one, or write the kind "prefix"');
  return parts.reduce((sum, part) => {
    const { reserved } = partLength(family, part, `${path}.${part.name}`);
    return sum + (1n << BigInt(bitsOf(family) - reserved));
  }, 0n);
}

/** All addresses of a /31, /32, /127 and /128 are for hosts, so that a given length may hold more than its rule. */
function subnetLength(family: Family, count: bigint, given: number | undefined, path: string): number {
  const bits = bitsOf(family);
  const shortLink = bits - exponentOf(atLeastOne(path, count));
  if (given !== undefined && given >= bits - 1) return shortLink;
  const beside = family === 4 ? 2n : 1n;
  const length = longEnough(path, count, bits - exponentOf(count + beside));
  return family === 6 && given === undefined ? Math.min(length, 64) : length;
}

/** The least exponent of two whose power is not less. */
function exponentOf(size: bigint): number {
  return bitLength(size - 1n);
}

function atLeastOne(path: string, count: bigint): bigint {
  if (count >= 1n) return count;
  throw planFault(path, "a count of 1 or more", `${count}`, "leave the part out or write how many");
}

function longEnough(path: string, count: bigint, length: number): number {
  if (length >= 0) return length;
  throw planFault(path, "a count that the family has addresses for", `${count}`, "ask for less");
}

function requireWhole(path: string, what: string, value: number, least: number, most: number): void {
  if (isWholeWithin(value, least, most)) return;
  throw planFault(
    path,
    `a ${what} from ${least} to ${most}`,
    `${value}`,
    "write a whole number of that range",
  );
}
