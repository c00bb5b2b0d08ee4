import { z } from "zod";
import { command } from "../../../../base/cli/command.ts";
import { output } from "../../../../base/cli/schemas/output.ts";
import { kindOf, oneOf, record } from "../../../../base/cli/schemas/record.ts";
import { trueOrFalse, wholeNumber } from "../../../../base/cli/schemas/scalars.ts";
import { whenSound } from "../../../../base/cli/schemas/when-sound.ts";
import { located } from "../../../../base/src/located.ts";
import { refuseLength } from "../../../src/ipam/blocks/refuse-length.ts";
import { usableRange } from "../../../src/ipam/blocks/usable-range.ts";
import { usableUtilization } from "../../../src/ipam/space/utilization.ts";
import { family, freeSpace, refuseStrangers } from "../../schemas/addresses/ipam.ts";
import { countSchema, printedCount } from "../../schemas/addresses/printed-count.ts";

const count = wholeNumber(1, 100_000).default(1);
const prefixes = record({
  kind: z.literal("prefix"),
  length: wholeNumber(0, 128),
  count,
  fit: oneOf(["lowest", "best"]).default("lowest"),
});
const addresses = record({ kind: z.literal("address"), count, pool: trueOrFalse.default(false) });

export const next = command({
  name: "next",
  summary: "the next free prefixes of a length, or the next free addresses: all of the count, or none",
  example: {
    parent: "192.0.2.0/24",
    children: ["192.0.2.0/26", "192.0.2.200-192.0.2.223"],
    want: { kind: "prefix", length: 28, count: 2, fit: "best" },
  },
  input: record({
    ...family,
    want: kindOf("kind", ["prefix", "address"], [prefixes, addresses]),
  }).superRefine(refuseStrangers, whenSound),
  output: output({
    parent: z.string(),
    vrf: z.string().optional(),
    next: z.array(z.string()),
    left: countSchema,
  }),
  run({ want, ...input }) {
    const space = freeSpace(input);
    const { parent } = space;
    const where = { parent, ...(input.vrf === undefined ? {} : { vrf: input.vrf }) };
    if (want.kind === "prefix") {
      located(["want", "length"], () => refuseLength(parent.family, want.length, parent.length));
      const next = enough(() => space.nextPrefixes(want.length, want.count, want.fit));
      return { ...where, next, left: printedCount(space.room(want.length) - BigInt(want.count)) };
    }
    const next = enough(() => space.nextAddresses(want.count, usableRange(parent, want.pool)));
    const { free } = usableUtilization(space, want.pool);
    return { ...where, next, left: printedCount(free - BigInt(want.count)) };
  },
});

/** Runs a step and reports too little space as a fault of the field "count". */
const enough = <Result>(step: () => Result): Result => located(["want", "count"], step);
