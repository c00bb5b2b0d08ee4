import { firstRepeated } from "../../../../base/src/first-repeated.ts";
import { located } from "../../../../base/src/located.ts";
import type { Prefix } from "../../ipam/blocks/prefix.ts";
import { usableRange } from "../../ipam/blocks/usable-range.ts";
import { FreeSpace } from "../../ipam/space/free-space.ts";
import { refuseOutside } from "../../ipam/space/space-faults.ts";
import { NetworkFault } from "../../network-fault.ts";
import type { Demand } from "./demand.ts";
import { type PartLength, partLength } from "./part-length.ts";
import { type PartPlace, placeOf } from "./part-place.ts";
import { planFault } from "./plan-fault.ts";
import type { PlannedPart } from "./planned-part.ts";

/** A block with its parts. */
export interface Plan {
  /** In the order of the demands. */
  readonly parts: readonly PlannedPart[];
  /** The rest of the block, in the fewest prefixes. */
  readonly free: readonly Prefix[];
}

/**
 * Splits a block into parts and their parts: all of them or none. The largest parts are placed first, each at the
 * lowest place; equal ones in the order of the demands. Because sizes are powers of two, this fails only if every
 * other order would fail too.
 * @param taken the used parts of the block, which stay unchanged
 * @throws NetworkFault SPACE_EXHAUSTED with the part that has no space and the rest of the block; PLAN_INVALID for
 * parts of one name or impossible sizes.
 */
export function splitBlock(block: Prefix, demands: readonly Demand[], taken: readonly Prefix[] = []): Plan {
  for (const [index, one] of taken.entries()) located(["taken", index], () => refuseOutside(block, one));
  return splitInto(block, demands, FreeSpace.of(block, taken));
}

function splitInto(block: Prefix, demands: readonly Demand[], space: FreeSpace, group?: PartPlace): Plan {
  requireNames(demands, group);
  const sized = demands.map((demand, index) => {
    const place = placeOf(demand, index, group);
    return { index, demand, place, lengths: partLength(block.family, demand, place) };
  });
  let free = space;
  const parts: PlannedPart[] = [];
  for (const { index, demand, place, lengths } of sized.toSorted(bySize)) {
    const reserve = lengths.reserved < block.length ? undefined : free.nextPrefix(lengths.reserved);
    if (reserve === undefined) throw noRoom(place, lengths, block, free);
    free = free.without(reserve);
    parts[index] = partAt(demand, reserve, reserve.child(lengths.length, 0n), place);
  }
  return { parts, free: [...free.prefixes()] };
}

function bySize(one: { readonly lengths: PartLength }, other: { readonly lengths: PartLength }): number {
  return one.lengths.reserved - other.lengths.reserved;
}

function partAt(demand: Demand, reserve: Prefix, prefix: Prefix, place: PartPlace): PlannedPart {
  const { name, kind } = demand;
  const part = { name, kind, prefix, reserve };
  switch (demand.kind) {
    case "group":
      return { ...part, ...splitInto(prefix, demand.parts, FreeSpace.of(prefix, []), place) };
    case "delegations": {
      const capacity = prefix.childCount(demand.delegatedLength);
      const at = (index: bigint) => prefix.child(demand.delegatedLength, index);
      return { ...part, capacity, delegations: { first: at(0n), last: at(capacity - 1n) } };
    }
    case "pool":
      return { ...part, capacity: prefix.size };
    case "subnet":
      return { ...part, capacity: usableRange(prefix).size };
    case "prefix":
      return part;
  }
}

function requireNames(demands: readonly Demand[], group?: PartPlace): void {
  const name = firstRepeated(demands.map((demand) => demand.name));
  const index = demands.findLastIndex((demand) => demand.name === name);
  const repeated = demands[index];
  if (repeated === undefined) return;
  throw planFault(
    placeOf(repeated, index, group),
    "name",
    "parts of different names",
    "two of this name",
    "rename one",
  );
}

function noRoom(
  { name, path }: PartPlace,
  { length, reserved }: PartLength,
  block: Prefix,
  free: FreeSpace,
): NetworkFault {
  const growth = reserved === length ? "" : ` (a /${length} with room to grow)`;
  const left = [...free.prefixes()].toSorted((one, other) => one.length - other.length);
  const found =
    left.length === 0 ? "nothing free" : `${left.length} free prefixes, of which ${left[0]} is the largest`;
  return new NetworkFault(
    "SPACE_EXHAUSTED",
    `${name}: expected a free /${reserved}${growth} in ${block}; found ${found}: take a larger block, or ask for less or less growth`,
    path,
  );
}
