import { z } from "zod";
import { command } from "../../../../base/cli/command.ts";
import { output } from "../../../../base/cli/schemas/output.ts";
import { record } from "../../../../base/cli/schemas/record.ts";
import { trueOrFalse } from "../../../../base/cli/schemas/scalars.ts";
import { whenSound } from "../../../../base/cli/schemas/when-sound.ts";
import { usableUtilization, utilizationOf } from "../../../src/ipam/space/utilization.ts";
import {
  family,
  freeSpace,
  printedUtilization,
  printUtilization,
  refuseStrangers,
} from "../../schemas/addresses/ipam.ts";

export const free = command({
  name: "free",
  summary: "the free space between a prefix's children, as the fewest prefixes, and the used part",
  example: { parent: "192.0.2.0/24", children: ["192.0.2.0/26", "192.0.2.200-192.0.2.223", "192.0.2.255"] },
  input: record({ ...family, pool: trueOrFalse.default(false) }).superRefine(refuseStrangers, whenSound),
  output: output({
    parent: z.string(),
    vrf: z.string().optional(),
    prefixes: z.array(z.string()),
    addresses: printedUtilization,
    usable: printedUtilization,
  }),
  run({ pool, ...input }) {
    const space = freeSpace(input);
    return {
      parent: space.parent,
      ...(input.vrf === undefined ? {} : { vrf: input.vrf }),
      prefixes: [...space.prefixes()],
      addresses: printUtilization(utilizationOf(space)),
      usable: printUtilization(usableUtilization(space, pool)),
    };
  },
});
