import { z } from "zod";
import { output } from "../../../../base/cli/schemas/output.ts";
import { parsed } from "../../../../base/cli/schemas/parsed.ts";
import { filledList, oneOf, record } from "../../../../base/cli/schemas/record.ts";
import { FramedRoute } from "../../../src/identities/framed-route.ts";
import { parseHex } from "../../../src/identities/parse-hex.ts";
import { readStationMac } from "../../../src/identities/read-station-mac.ts";
import { relayVendors } from "../../../src/identities/relay/circuit-id.ts";
import { readDhcpv6RemoteId } from "../../../src/identities/relay/read-dhcpv6-remote-id.ts";
import { readInterfaceId } from "../../../src/identities/relay/read-interface-id.ts";
import { readSubOptions } from "../../../src/identities/relay/read-sub-options.ts";
import { realmPlaces, userCases } from "../../../src/identities/user-name-rules.ts";
import { attributeText, nasText } from "./nas-text.ts";

/** Bytes in hexadecimal. A fault of their reader gets the path of this field. */
function bytes(
  meaning: string,
  example = "0x000400640001",
  reader: (bytes: Uint8Array) => unknown = () => {},
) {
  const parse = (text: string) => {
    const given = parseHex(text);
    reader(given);
    return given;
  };
  return parsed(example, `bytes of ${meaning} in hexadecimal`, parse).optional();
}

/** The rules for reading user names. */
export const userNameRules = record({
  realmPlace: oneOf(realmPlaces).default("after-at"),
  userCase: oneOf(userCases).default("sensitive"),
  defaultRealm: nasText("realm", "isp.example").optional(),
  realms: filledList(
    nasText("realm", "isp.example"),
    "write the realms, or leave the field out for all",
  ).optional(),
}).default({ realmPlace: "after-at", userCase: "sensitive" });

/** The identifying values that an access network observed for a customer. All are optional. */
export const sightings = record({
  userName: attributeText("User-Name", "anna@isp.example").optional(),
  userNameRules,
  mac: parsed("00:00:5E:00:53:01", "MAC address in any usual spelling", readStationMac).optional(),
  relayVendor: oneOf(relayVendors).default("any"),
  circuitId: bytes("ADSL-Agent-Circuit-Id or another circuit id alone"),
  remoteId: bytes("ADSL-Agent-Remote-Id or another remote id alone"),
  option82: bytes("DHCP option 82, without its code and length", "0x0106000400640001", readSubOptions),
  option18: bytes("DHCPv6 option 18, Interface-Id", "0x000400640001", readInterfaceId),
  option37: bytes("DHCPv6 option 37, Remote-Id", "0x00000009500300010001", readDhcpv6RemoteId),
  route: parsed(
    "198.51.100.0/24 0.0.0.0 1",
    "Framed-Route or Framed-IPv6-Route",
    FramedRoute.parse,
  ).optional(),
});

const count = z.int();
const place = {
  node: z.string().optional(),
  slot: z.string(),
  port: count,
  accessNode: z.string().optional(),
};

/** A line, by the layout of its circuit id. */
export const printedCircuit = z.discriminatedUnion("layout", [
  output({ layout: z.literal("cisco"), vlan: count.optional(), module: count, port: count }),
  output({
    layout: z.literal("access-line"),
    line: z.discriminatedUnion("link", [
      output({
        ...{ link: z.literal("eth"), ...place },
        ...{ vlan: count.optional(), innerVlan: count.optional() },
      }),
      output({ link: z.literal("atm"), ...place, vpi: count, vci: count }),
    ]),
  }),
  output({
    ...{ layout: z.literal("interface"), name: z.string() },
    ...{ unit: count.optional(), vlans: z.array(count) },
  }),
  output({
    ...{ layout: z.literal("huawei"), vlan: count.optional() },
    ...{ slot: count, subslot: count, port: count },
  }),
  output({
    ...{ layout: z.literal("nokia"), node: z.string(), service: count },
    ...{ name: z.string(), sap: z.string().optional() },
  }),
  output({ layout: z.literal("mac"), mac: z.string() }),
  output({ layout: z.literal("text"), text: z.string() }),
  output({ layout: z.literal("opaque") }),
]);

export const printedRemote = z.discriminatedUnion("layout", [
  output({ layout: z.literal("mac"), mac: z.string() }),
  output({ layout: z.literal("text"), text: z.string() }),
  output({ layout: z.literal("opaque") }),
]);
