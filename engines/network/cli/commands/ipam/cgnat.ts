import { z } from "zod";
import { command } from "../../../../base/cli/command.ts";
import { output } from "../../../../base/cli/schemas/output.ts";
import { list, record } from "../../../../base/cli/schemas/record.ts";
import { located } from "../../../../base/src/located.ts";
import type { IPAddress } from "../../../src/ipam/addresses/ip-address.ts";
import { DeterministicNat } from "../../../src/plans/cgnat/deterministic-nat.ts";
import { address, addresses, port } from "../../schemas/addresses/plans.ts";

const count = z.int();
const block = { outside: z.string(), firstPort: count, lastPort: count };
const source = { address: z.string(), port: count };

export const cgnat = command({
  name: "cgnat",
  summary: "deterministic port blocks of a carrier-grade NAT: subscriber to address and ports, and back",
  example: {
    inside: ["100.64.0.0/22"],
    outside: ["192.0.2.0/28"],
    subscribers: ["100.64.1.7"],
    lookups: [{ address: "192.0.2.4", port: 8200 }],
  },
  input: record({
    inside: list(addresses),
    outside: list(addresses),
    firstPort: port.optional(),
    lastPort: port.optional(),
    portsPerSubscriber: port.optional(),
    subscribers: list(address).default([]),
    lookups: list(record({ address, port })).default([]),
  }),
  output: output({
    insideAddresses: count,
    outsideAddresses: count,
    outsideInUse: count,
    capacity: count,
    subscribersPerAddress: count,
    portsPerSubscriber: count,
    portsLeftPerAddress: count,
    firstPort: count,
    lastPort: count,
    blocks: z.array(output({ inside: z.string(), ...block })),
    owners: z.array(
      z.discriminatedUnion("kind", [
        output({ ...source, kind: z.literal("subscriber"), inside: z.string(), ...block }),
        output({ ...source, kind: z.enum(["reserved", "remainder", "unassigned"]) }),
      ]),
    ),
  }),
  run({ inside, outside, subscribers, lookups, ...policy }) {
    const nat = DeterministicNat.of(inside, outside, policy);
    return {
      insideAddresses: nat.inside.size,
      outsideAddresses: nat.outside.size,
      outsideInUse: nat.outsideInUse,
      capacity: nat.capacity,
      ...nat.shares,
      portsLeftPerAddress: nat.remainder,
      blocks: subscribers.map((inside, index) => ({
        inside,
        ...located(["subscribers", index], () => nat.blockOf(inside)),
      })),
      owners: lookups.map(({ address, port }, index) => ({
        ...{ address, port },
        ...located(["lookups", index, "address"], () => ownerOf(nat, address, port)),
      })),
    };
  },
});

function ownerOf(nat: DeterministicNat, address: IPAddress, port: number) {
  const owner = nat.ownerOf(address, port);
  return owner.kind === "subscriber" ? { kind: owner.kind, inside: owner.inside, ...owner.block } : owner;
}
