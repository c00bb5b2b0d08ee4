import { NetworkFault } from "../../network-fault.ts";
import { type AddressBlock, spanOf } from "../blocks/address-block.ts";
import type { Prefix } from "../blocks/prefix.ts";
import type { Range } from "../blocks/range.ts";

/** The fault of a child with an address outside of its parent; undefined for any other child. */
export function outside(parent: Prefix, child: AddressBlock): NetworkFault | undefined {
  const [inner, outer] = [spanOf(child), spanOf(parent)];
  if (child.family === parent.family && inner.start >= outer.start && inner.end <= outer.end)
    return undefined;
  return new NetworkFault(
    "PLAN_INVALID",
    `expected a child within ${parent}; found ${child}: leave it out, or cut it at the parent's edge`,
  );
}

/** @throws NetworkFault PLAN_INVALID unless every address of a child is in its parent. */
export function refuseOutside(parent: Prefix, child: AddressBlock): void {
  const fault = outside(parent, child);
  if (fault !== undefined) throw fault;
}

/** The fault of a request for more than is left. */
export function exhausted(what: string, where: Prefix | Range, wanted: number, left: number): NetworkFault {
  return new NetworkFault(
    "SPACE_EXHAUSTED",
    `expected ${wanted} free ${what} in ${where}; found ${left}: ask for fewer or smaller ones, or elsewhere`,
  );
}

export function notFree(block: AddressBlock, parent: Prefix): NetworkFault {
  return new NetworkFault(
    "PLAN_INVALID",
    `expected ${block} to be free in ${parent}; found a part of it taken or outside: take the result of nextPrefix or nextAddress`,
  );
}

export function alreadyFree(block: AddressBlock, parent: Prefix): NetworkFault {
  return new NetworkFault(
    "PLAN_INVALID",
    `expected ${block} to be taken in ${parent}; found a part of it free: give back only taken blocks`,
  );
}
