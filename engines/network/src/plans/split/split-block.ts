import { firstRepeated } from "../../../../base/src/first-repeated.ts";
import type { Prefix } from "../../ipam/blocks/prefix.ts";
import { usableRange } from "../../ipam/blocks/usable-range.ts";
import { FreeSpace } from "../../ipam/space/free-space.ts";
import { NetworkFault } from "../../network-fault.ts";
import type { Demand } from "./demand.ts";
import { type PartLength, partLength } from "./part-length.ts";
import { planFault } from "./plan-fault.ts";
import type { PlannedPart } from "./planned-part.ts";

/** A block split as it was asked for. */
export interface Plan {
  /** In the order asked for. */
  readonly parts: readonly PlannedPart[];
  /** What is left of the block, in the fewest prefixes. */
  readonly free: readonly Prefix[];
}

/**
 * Splits a block into parts and those into theirs: all of them or none. The largest are put first, each to
 * the lowest place; of equals the one named first. With sizes that are powers of two, that fails only where no order
 * would do.
 * @param taken what is in use of the block already; nothing is put there.
 * @throws NetworkFault SPACE_EXHAUSTED naming the part that has no room and what is left; PLAN_INVALID for parts of
 * one name or sizes that cannot be.
 */
export function splitBlock(block: Prefix, demands: readonly Demand[], taken: readonly Prefix[] = []): Plan {
  return splitInto(block, demands, FreeSpace.of(block, taken), "");
}

function splitInto(block: Prefix, demands: readonly Demand[], space: FreeSpace, path: string): Plan {
  requireNames(demands, path);
  const sized = demands.map((demand, index) => ({
    index,
    demand,
    path: `${path}${demand.name}`,
    lengths: partLength(block.family, demand, `${path}${demand.name}`),
  }));
  let free = space;
  const parts: PlannedPart[] = [];
  for (const { index, demand, path, lengths } of sized.toSorted(bySize)) {
    const reserve = lengths.reserved < block.length ? undefined : free.nextPrefix(lengths.reserved);
    if (reserve === undefined) throw noRoom(path, lengths, block, free);
    free = free.without(reserve);
    parts[index] = partAt(demand, reserve, reserve.child(lengths.length, 0n), path);
  }
  return { parts, free: [...free.prefixes()] };
}

function bySize(one: { readonly lengths: PartLength }, other: { readonly lengths: PartLength }): number {
  return one.lengths.reserved - other.lengths.reserved;
}

function partAt(demand: Demand, reserve: Prefix, prefix: Prefix, path: string): PlannedPart {
  const { name, kind } = demand;
  const part = { name, kind, prefix, reserve };
  switch (demand.kind) {
    case "group":
      return { ...part, ...splitInto(prefix, demand.parts, FreeSpace.of(prefix, []), `${path}.`) };
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

function requireNames(demands: readonly Demand[], path: string): void {
  const name = firstRepeated(demands.map((demand) => demand.name));
  if (name === undefined) return;
  throw planFault(`${path}${name}`, "parts of different names", "two of this name", "rename one");
}

function noRoom(
  path: string,
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
    `${path}: expected a free /${reserved}${growth} in ${block}; found ${found}: take a larger block, or ask for less or less growth`,
  );
}
