import { z } from "zod";
import { output } from "../../../base/cli/schemas/output.ts";
import { parsed } from "../../../base/cli/schemas/parsed.ts";
import { list } from "../../../base/cli/schemas/record.ts";
import { IPAddress } from "../../src/ipam/addresses/ip-address.ts";
import type { AddressBlock } from "../../src/ipam/blocks/address-block.ts";
import { Prefix } from "../../src/ipam/blocks/prefix.ts";
import { Range } from "../../src/ipam/blocks/range.ts";
import { FreeSpace } from "../../src/ipam/space/free-space.ts";
import { outside } from "../../src/ipam/space/space-faults.ts";
import type { Utilization } from "../../src/ipam/space/utilization.ts";
import { prefix } from "./plans.ts";
import { countSchema, printedCount } from "./printed-count.ts";

const addressBlock = parsed("192.0.2.10-192.0.2.99", "prefix, range or address", (text): AddressBlock => {
  if (text.includes("/")) return Prefix.parse(text);
  return text.includes("-") ? Range.parse(text) : IPAddress.parse(text);
});

/** A parent, and what is taken of it. */
export const family = { parent: prefix, children: list(addressBlock).default([]) };

interface Family {
  readonly parent: Prefix;
  readonly children: readonly AddressBlock[];
}

/** Finds each child that is not in the parent, at its own place in the list. */
export function refuseStrangers({ parent, children }: Family, context: z.RefinementCtx): void {
  children.forEach((child, index) => {
    const fault = outside(parent, child);
    if (fault === undefined) return;
    context.addIssue({ code: "custom", path: ["children", index], message: fault.message });
  });
}

export function freeSpace({ parent, children }: Family): FreeSpace {
  return FreeSpace.of(parent, children);
}

export const printedUtilization = output({
  total: countSchema,
  used: countSchema,
  free: countSchema,
  percent: z.string(),
});

/** The used part with two decimals, of which the last is rounded down. */
export function printUtilization({ total, used, free, basisPoints }: Utilization) {
  const percent = (basisPoints / 100).toFixed(2);
  return { total: printedCount(total), used: printedCount(used), free: printedCount(free), percent };
}
