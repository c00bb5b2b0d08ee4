import { z } from "zod";
import { output } from "../../../../base/cli/schemas/output.ts";
import { parsed } from "../../../../base/cli/schemas/parsed.ts";
import { list, record } from "../../../../base/cli/schemas/record.ts";
import { id } from "../../../../base/cli/schemas/scalars.ts";
import { IPAddress } from "../../../src/ipam/addresses/ip-address.ts";
import type { AddressBlock } from "../../../src/ipam/blocks/address-block.ts";
import { Prefix } from "../../../src/ipam/blocks/prefix.ts";
import { Range } from "../../../src/ipam/blocks/range.ts";
import { FreeSpace } from "../../../src/ipam/space/free-space.ts";
import { outside } from "../../../src/ipam/space/space-faults.ts";
import type { Utilization } from "../../../src/ipam/space/utilization.ts";
import { prefix } from "./plans.ts";
import { countSchema, printedCount } from "./printed-count.ts";

const addressBlock = parsed("192.0.2.10-192.0.2.99", "prefix, range or address", (text): AddressBlock => {
  if (text.includes("/")) return Prefix.parse(text);
  return text.includes("-") ? Range.parse(text) : IPAddress.parse(text);
});

const children = list(addressBlock).default([]);

/** A parent and its children in the VRF of the field "vrf", or in no VRF. Equal addresses in two VRFs are different. */
export const family = {
  parent: prefix,
  children,
  vrf: id.optional(),
  vrfs: list(record({ name: id, children })).default([]),
};

interface Vrf {
  readonly name: string;
  readonly children: readonly AddressBlock[];
}

interface Family {
  readonly parent: Prefix;
  readonly children: readonly AddressBlock[];
  readonly vrf?: string | undefined;
  readonly vrfs: readonly Vrf[];
}

/** Finds, each at its own path, a VRF that is absent or listed twice, and each child outside of the parent. */
export function refuseStrangers(given: Family, context: z.RefinementCtx): void {
  const { parent, vrf, vrfs } = given;
  const refuse = (path: PropertyKey[], message: string) =>
    context.addIssue({ code: "custom", path, message });
  const names = vrfs.map(({ name }) => name);
  for (const [index, name] of names.entries()) {
    const first = names.indexOf(name);
    if (first === index) continue;
    const message = `expected each VRF once; found "${name}" in vrfs[${first}] too: put the children of both in one`;
    refuse(["vrfs", index, "name"], message);
  }
  if (vrf !== undefined && !names.includes(vrf)) {
    const known = names.length === 0 ? "no VRF" : names.join(", ");
    const message = `expected a VRF that vrfs names, here ${known}; found "${vrf}": write one of them, or an entry for it in vrfs`;
    refuse(["vrf"], message);
    return;
  }
  const { path, children } = takenOf(given);
  children.forEach((child, index) => {
    const fault = outside(parent, child);
    if (fault !== undefined) refuse([...path, index], fault.message);
  });
}

export function freeSpace(given: Family): FreeSpace {
  return FreeSpace.of(given.parent, takenOf(given).children);
}

/** The children in the chosen VRF, and their paths in the input. */
function takenOf({ children, vrf, vrfs }: Family) {
  const index = vrfs.findIndex(({ name }) => name === vrf);
  const chosen = vrfs[index];
  return chosen === undefined
    ? { path: ["children"], children }
    : { path: ["vrfs", index, "children"], children: chosen.children };
}

export const printedUtilization = output({
  total: countSchema,
  used: countSchema,
  free: countSchema,
  percent: z.string(),
});

/** The used part as a percentage with two decimals, rounded down. */
export function printUtilization({ total, used, free, basisPoints }: Utilization) {
  const percent = (basisPoints / 100).toFixed(2);
  return { total: printedCount(total), used: printedCount(used), free: printedCount(free), percent };
}
