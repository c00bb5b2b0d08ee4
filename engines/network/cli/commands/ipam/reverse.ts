import { z } from "zod";
import { command } from "../../../../base/cli/command.ts";
import { output } from "../../../../base/cli/schemas/output.ts";
import { oneOf, record } from "../../../../base/cli/schemas/record.ts";
import { whenSound } from "../../../../base/cli/schemas/when-sound.ts";
import type { Prefix } from "../../../src/ipam/blocks/prefix.ts";
import { pointerName } from "../../../src/plans/reverse/pointer-name.ts";
import type { ReverseZone } from "../../../src/plans/reverse/reverse-zone.ts";
import { reverseZones } from "../../../src/plans/reverse/reverse-zones.ts";
import { address, prefix, reverseName } from "../../schemas/addresses/plans.ts";

const text = z.string();

export const reverse = command({
  name: "reverse",
  summary: "the reverse zones of a prefix, the PTR name of an address, or the prefix of such a name",
  example: { prefix: "192.0.2.64/26" },
  input: record({
    prefix: prefix.optional(),
    address: address.optional(),
    name: reverseName.optional(),
    mark: oneOf(["/", "-"]).default("/"),
  }).superRefine(({ prefix, address, name }, context) => {
    const given = Object.entries({ prefix, address, name }).filter(([, value]) => value !== undefined);
    if (given.length === 1) return;
    const names = given.map(([field]) => field).join(" and ");
    context.addIssue({
      code: "custom",
      message: `expected one of prefix, address and name; found ${names || "none"}: write one of them`,
    });
  }, whenSound),
  output: output({
    prefix: text.optional(),
    address: text.optional(),
    name: text.optional(),
    zones: z
      .array(
        output({
          name: text,
          prefix: text,
          parent: text.optional(),
          aliases: z.array(output({ name: text, target: text })).optional(),
        }),
      )
      .optional(),
  }),
  run({ prefix, address, name, mark }) {
    if (prefix !== undefined)
      return { prefix: String(prefix), zones: reverseZones(prefix, mark).map(printed) };
    if (address !== undefined) return { address: String(address), name: pointerName(address) };
    return name === undefined ? {} : meaningOf(name);
  },
});

function printed(zone: ReverseZone) {
  return { ...zone, prefix: String(zone.prefix) };
}

function meaningOf(prefix: Prefix) {
  const single = prefix.length === prefix.bits ? { address: String(prefix.first) } : {};
  return { prefix: String(prefix), ...single };
}
