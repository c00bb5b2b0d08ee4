import { z } from "zod";
import { parsed } from "../../../../base/cli/schemas/parsed.ts";
import { kindOf, list, record } from "../../../../base/cli/schemas/record.ts";
import { id, wholeNumber } from "../../../../base/cli/schemas/scalars.ts";
import { IPAddress } from "../../../src/ipam/addresses/ip-address.ts";
import { Prefix } from "../../../src/ipam/blocks/prefix.ts";
import { Range } from "../../../src/ipam/blocks/range.ts";
import { parseReverseName } from "../../../src/plans/reverse/parse-reverse-name.ts";
import type { Demand } from "../../../src/plans/split/demand.ts";

export const address = parsed("192.0.2.7", "address of IPv4 or IPv6", IPAddress.parse);
export const prefix = parsed("192.0.2.0/24", "prefix of IPv4 or IPv6", Prefix.parse);
export const port = wholeNumber(0, 65_535);

export const reverseName = parsed(
  "7.2.0.192.in-addr.arpa",
  "name of a reverse zone or of a PTR record",
  parseReverseName,
);

/** A prefix, a range, or one address. */
export const addresses = parsed("100.64.0.0/22", "prefix, range or address", (text) => {
  if (text.includes("/")) return Range.ofPrefix(Prefix.parse(text));
  if (text.includes("-")) return Range.parse(text);
  const one = IPAddress.parse(text);
  return Range.of(one, one);
});

const length = wholeNumber(0, 128);
const count = wholeNumber(1, Number.MAX_SAFE_INTEGER).transform(BigInt);
const sized = { name: id, length: length.optional(), grow: length.optional() };
const kinds = ["group", "delegations", "pool", "subnet", "prefix"] as const;

/** A part of a plan. A group contains parts. */
export const demand: z.ZodType<Demand> = z.lazy(() =>
  kindOf("kind", kinds, [
    record({ ...sized, kind: z.literal("group"), parts: list(demand) }),
    record({ ...sized, kind: z.literal("delegations"), count, delegatedLength: length }),
    record({ ...sized, kind: z.literal("pool"), count }),
    record({ ...sized, kind: z.literal("subnet"), count }),
    record({ ...sized, kind: z.literal("prefix"), length }),
  ]),
);
