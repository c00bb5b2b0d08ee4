import { z } from "zod";
import { command } from "../../../../base/cli/command.ts";
import { output } from "../../../../base/cli/schemas/output.ts";
import { record } from "../../../../base/cli/schemas/record.ts";
import { trueOrFalse } from "../../../../base/cli/schemas/scalars.ts";
import { usableUtilization, utilizationOf } from "../../../src/ipam/space/utilization.ts";
import {
  family,
  freeSpace,
  printedUtilization,
  printUtilization,
  refuseStrangers,
} from "../../schemas/ipam.ts";

export const free = command({
  name: "free",
  summary: "what children leave of a prefix, as the fewest prefixes, and how much of it is used",
  example: { parent: "192.0.2.0/24", children: ["192.0.2.0/26", "192.0.2.200-192.0.2.223", "192.0.2.255"] },
  input: record({ ...family, pool: trueOrFalse.default(false) }).superRefine(refuseStrangers),
  output: output({
    parent: z.string(),
    prefixes: z.array(z.string()),
    addresses: printedUtilization,
    usable: printedUtilization,
  }),
  run({ pool, ...input }) {
    const space = freeSpace(input);
    return {
      parent: space.parent,
      prefixes: [...space.prefixes()],
      addresses: printUtilization(utilizationOf(space)),
      usable: printUtilization(usableUtilization(space, pool)),
    };
  },
});
