import { z } from "zod";
import { command } from "../../../../base/cli/command.ts";
import { output } from "../../../../base/cli/schemas/output.ts";
import { list, record } from "../../../../base/cli/schemas/record.ts";
import type { PlannedPart } from "../../../src/plans/split/planned-part.ts";
import { splitBlock } from "../../../src/plans/split/split-block.ts";
import { demand, prefix } from "../../schemas/addresses/plans.ts";
import { countSchema, printedCount } from "../../schemas/addresses/printed-count.ts";

const text = z.string();
const part: z.ZodType = z.lazy(() =>
  output({
    name: text,
    kind: z.enum(["group", "delegations", "pool", "subnet", "prefix"]),
    prefix: text,
    reserve: text,
    capacity: countSchema.optional(),
    delegations: output({ first: text, last: text }).optional(),
    parts: z.array(part).optional(),
    free: z.array(text).optional(),
  }),
);

export const plan = command({
  name: "plan",
  summary: "a block split into sites, pools and customers' delegations, with room to grow: all or nothing",
  example: {
    block: "2001:db8::/32",
    parts: [
      {
        kind: "group",
        name: "paris",
        length: 40,
        parts: [{ kind: "delegations", name: "homes", count: 4000, delegatedLength: 56, grow: 2 }],
      },
    ],
  },
  input: record({ block: prefix, parts: list(demand), taken: list(prefix).default([]) }),
  output: output({ parts: z.array(part), free: z.array(text) }),
  run({ block, parts, taken }) {
    const plan = splitBlock(block, parts, taken);
    return { parts: plan.parts.map(printedPart), free: plan.free };
  },
});

function printedPart({ capacity, parts, ...rest }: PlannedPart): unknown {
  return {
    ...rest,
    ...(capacity !== undefined && { capacity: printedCount(capacity) }),
    ...(parts !== undefined && { parts: parts.map(printedPart) }),
  };
}
