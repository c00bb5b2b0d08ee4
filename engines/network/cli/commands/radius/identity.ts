import { z } from "zod";
import { command } from "../../../../base/cli/command.ts";
import { output } from "../../../../base/cli/schemas/output.ts";
import { located } from "../../../../base/src/located.ts";
import { readUserName } from "../../../src/identities/read-user-name.ts";
import { readCircuitId } from "../../../src/identities/relay/read-circuit-id.ts";
import { readDhcpv6RemoteId } from "../../../src/identities/relay/read-dhcpv6-remote-id.ts";
import { readInterfaceId } from "../../../src/identities/relay/read-interface-id.ts";
import {
  type RelayInformation,
  readRelayInformation,
} from "../../../src/identities/relay/read-relay-information.ts";
import { readRemoteId } from "../../../src/identities/relay/read-remote-id.ts";
import { macSpellings, spellMac } from "../../../src/identities/spell-mac.ts";
import type { MacAddress } from "../../../src/ipam/addresses/mac-address.ts";
import { toHex } from "../../../src/octets/to-hex.ts";
import { printedCircuit, printedRemote, sightings } from "../../schemas/access/identities.ts";

export const identity = command({
  name: "identity",
  summary: "the sender of a request: user name, MAC address, DHCP relay options, routes",
  example: {
    userName: "Anna@ISP.example",
    mac: "1:0:0:5e:0:53:1",
    option82: "0x0106000400640001 0208000600005e005301",
    route: "198.51.100.0 0.0.0.0 1",
  },
  input: sightings,
  output: output({
    userName: output({ user: z.string(), realm: z.string().optional(), account: z.string() }).optional(),
    mac: z.record(z.enum(macSpellings), z.string()).optional(),
    circuitId: printedCircuit.optional(),
    remoteId: printedRemote.optional(),
    option82: output({
      circuit: printedCircuit.optional(),
      remote: printedRemote.optional(),
      subscriber: z.string().optional(),
      subOptions: z.array(output({ code: z.int(), value: z.string() })),
      account: z.string().optional(),
    }).optional(),
    option18: printedCircuit.optional(),
    option37: output({ enterprise: z.int(), remote: printedRemote }).optional(),
    route: output({
      destination: z.string(),
      gateway: z.string().optional(),
      metrics: z.array(z.int()),
      text: z.string(),
    }).optional(),
  }),
  run({ userName, userNameRules, mac, relayVendor, route, ...bytes }) {
    const { circuitId, remoteId, option82, option18, option37 } = bytes;
    return {
      userName:
        userName === undefined
          ? undefined
          : located(["userName"], () => readUserName(userName, userNameRules)),
      mac: mac && spellings(mac),
      circuitId: circuitId && readCircuitId(circuitId, relayVendor),
      remoteId: remoteId && readRemoteId(remoteId),
      option82: option82 && printRelay(readRelayInformation(option82, relayVendor)),
      option18: option18 && readInterfaceId(option18, relayVendor),
      option37: option37 && readDhcpv6RemoteId(option37),
      route: route && { ...route, text: route },
    };
  },
});

function spellings(mac: MacAddress) {
  return Object.fromEntries(macSpellings.map((spelling) => [spelling, spellMac(mac, spelling)]));
}

function printRelay({ subOptions, ...rest }: RelayInformation) {
  return {
    ...rest,
    subOptions: subOptions.map(({ code, value }) => ({ code, value: `0x${toHex(value)}` })),
  };
}
