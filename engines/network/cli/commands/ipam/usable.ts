import { z } from "zod";
import { command } from "../../../../base/cli/command.ts";
import { output } from "../../../../base/cli/schemas/output.ts";
import { record } from "../../../../base/cli/schemas/record.ts";
import { trueOrFalse } from "../../../../base/cli/schemas/scalars.ts";
import { usableRange } from "../../../src/ipam/blocks/usable-range.ts";
import { prefix } from "../../schemas/addresses/plans.ts";
import { countSchema, printedCount } from "../../schemas/addresses/printed-count.ts";

export const usable = command({
  name: "usable",
  summary: "the addresses of a prefix that hosts may have",
  example: { prefix: "192.0.2.0/24" },
  input: record({ prefix, pool: trueOrFalse.default(false) }),
  output: output({
    prefix: z.string(),
    mask: z.string(),
    addresses: countSchema,
    first: z.string(),
    last: z.string(),
    usable: countSchema,
  }),
  run({ prefix, pool }) {
    const { first, last, size } = usableRange(prefix, pool);
    const { mask, size: addresses } = prefix;
    return { prefix, mask, addresses: printedCount(addresses), first, last, usable: printedCount(size) };
  },
});
