import { isWholeWithin } from "../../../../base/src/is-whole-within.ts";
import { bitLength } from "../../ipam/addresses/bit-length.ts";
import { bitsOf, type Family } from "../../ipam/addresses/family.ts";
import type { Demand } from "./demand.ts";
import { type PartPlace, placeOf } from "./part-place.ts";
import { type DemandField, planFault } from "./plan-fault.ts";

/** The length of a part's prefix, and the equal or shorter length of its reserve for growth. */
export interface PartLength {
  readonly length: number;
  readonly reserved: number;
}

/**
 * The length that a part needs. Prefixes whose sizes are powers of two fill the next power of two above their sum
 * without loss if the largest come first, so a group needs no more than that.
 * @throws NetworkFault PLAN_INVALID for an impossible length or count, or a length too long for the part's purpose.
 */
export function partLength(family: Family, demand: Demand, place: PartPlace): PartLength {
  const bits = bitsOf(family);
  const needed = neededLength(family, demand, place);
  const { length = needed, grow = 0 } = demand;
  requireWhole(place, "length", "length", length, 0, bits);
  requireWhole(place, "grow", "number of bits to grow", grow, 0, bits);
  if (length > needed) {
    throw planFault(
      place,
      "length",
      `a prefix of /${needed} or shorter`,
      `/${length}`,
      "shorten it or ask for less in it",
    );
  }
  if (grow > length)
    throw planFault(place, "grow", `at most ${length} bits to grow`, `${grow}`, "keep fewer free");
  return { length, reserved: length - grow };
}

function neededLength(family: Family, demand: Demand, place: PartPlace): number {
  const bits = bitsOf(family);
  switch (demand.kind) {
    case "group":
      return bits - exponentOf(sizeOfParts(family, demand.parts, place));
    case "delegations":
      requireWhole(place, "delegatedLength", "delegated length", demand.delegatedLength, 0, bits);
      return longEnough(
        place,
        demand.count,
        demand.delegatedLength - exponentOf(atLeastOne(place, demand.count)),
      );
    case "pool":
      return longEnough(place, demand.count, bits - exponentOf(atLeastOne(place, demand.count)));
    case "subnet":
      return subnetLength(family, demand.count, demand.length, place);
    case "prefix":
      return bits;
  }
}

/** The sum of the reserves of the parts. */
function sizeOfParts(family: Family, parts: readonly Demand[], place: PartPlace): bigint {
  if (parts.length === 0)
    throw planFault(place, "parts", "at least one part", "none", 'name one, or write the kind "prefix"');
  return parts.reduce((sum, part, index) => {
    const { reserved } = partLength(family, part, placeOf(part, index, place));
    return sum + (1n << BigInt(bitsOf(family) - reserved));
  }, 0n);
}

/**
 * Hosts can use all addresses of a /31, /32, /127 and /128, so a given length may hold more than the general rule
 * says.
 */
function subnetLength(family: Family, count: bigint, given: number | undefined, place: PartPlace): number {
  const bits = bitsOf(family);
  const shortLink = bits - exponentOf(atLeastOne(place, count));
  if (given !== undefined && given >= bits - 1) return shortLink;
  const beside = family === 4 ? 2n : 1n;
  const length = longEnough(place, count, bits - exponentOf(count + beside));
  return family === 6 && given === undefined ? Math.min(length, 64) : length;
}

/** The smallest exponent whose power of two is at least the size. */
function exponentOf(size: bigint): number {
  return bitLength(size - 1n);
}

function atLeastOne(place: PartPlace, count: bigint): bigint {
  if (count >= 1n) return count;
  throw planFault(place, "count", "a count of 1 or more", `${count}`, "leave the part out or write how many");
}

function longEnough(place: PartPlace, count: bigint, length: number): number {
  if (length >= 0) return length;
  throw planFault(place, "count", "a count that the family has addresses for", `${count}`, "ask for less");
}

function requireWhole(
  place: PartPlace,
  field: DemandField,
  what: string,
  value: number,
  least: number,
  most: number,
): void {
  if (isWholeWithin(value, least, most)) return;
  throw planFault(
    place,
    field,
    `a ${what} from ${least} to ${most}`,
    `${value}`,
    "write a whole number of that range",
  );
}
