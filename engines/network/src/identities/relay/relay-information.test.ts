import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../../../../base/testing/runs.ts";
import { MacAddress } from "../../ipam/addresses/mac-address.ts";
import { NetworkFault } from "../../network-fault.ts";
import { parseHex } from "../parse-hex.ts";
import { type RelayVendor, relayVendors } from "./circuit-id.ts";
import { readAccessLine } from "./read-access-line.ts";
import { readCircuitId } from "./read-circuit-id.ts";
import { readDhcpv6RemoteId } from "./read-dhcpv6-remote-id.ts";
import { readInterfaceId } from "./read-interface-id.ts";
import { readRelayInformation } from "./read-relay-information.ts";
import { readRemoteId } from "./read-remote-id.ts";
import { readSubOptions } from "./read-sub-options.ts";

const bytesOf = (text: string) => new TextEncoder().encode(text);
const mac = (text: string) => MacAddress.parse(text);

describe("a circuit id", () => {
  // Splynx, "DHCP Option 82": three captures, from a Cisco switch, a RouterOS relay and a RouterOS bridge.
  it.each<[string, string, object]>([
    ["of a Cisco switch", "0x000400640001", { layout: "cisco", vlan: 100, module: 0, port: 1 }],
    ["of a RouterOS relay", "0x500300010001", { layout: "mac", mac: mac("50:03:00:01:00:01") }],
    [
      "of a RouterOS bridge",
      "0x4d79204d696b726f74696b2065746820302f32",
      {
        layout: "access-line",
        line: { link: "eth", node: "My Mikrotik", slot: "0", port: 2, vlan: undefined },
      },
    ],
    ["of a stack's third switch", "0x00040fa10230", { layout: "cisco", vlan: 4001, module: 2, port: 48 }],
    ["configured on a Cisco switch", "0x01054c696e6531", { layout: "text", text: "Line1" }],
    ["with the type of a text and another length", "0x01064c696e6531", { layout: "opaque" }],
    ["of six printable bytes", "0x706f72743132", { layout: "text", text: "port12" }],
    ["that says nothing", "0x", { layout: "opaque" }],
    ["of unknown bytes", "0x00ff00ff", { layout: "opaque" }],
    ["of bytes that are no text", "0xc3280a", { layout: "opaque" }],
    ["with a length too long for Cisco", "0x0005006400010a", { layout: "opaque" }],
    ["with Cisco's length, a byte short", "0x0004006400", { layout: "opaque" }],
    ["with Cisco's length, a byte over", "0x00040064000101", { layout: "opaque" }],
    ["of three bytes after Cisco's type", "0x0003006400", { layout: "opaque" }],
    ["of another Cisco type", "0x020400640001", { layout: "mac", mac: mac("02:04:00:64:00:01") }],
  ])("%s is read", (_, hex, circuit) => {
    expect(readCircuitId(parseHex(hex))).toEqual(circuit);
  });

  it.each<[RelayVendor, string, object]>([
    ["any", "0x000400640001", { layout: "cisco", vlan: 100, module: 0, port: 1 }],
    ["cisco", "0x000400640001", { layout: "cisco", vlan: 100, module: 0, port: 1 }],
    ["mikrotik", "0x000400640001", { layout: "mac", mac: mac("00:04:00:64:00:01") }],
    ["mikrotik", "0x01054c696e6531", { layout: "opaque" }],
  ])("of six ambiguous bytes is read as %s sends it", (vendor, hex, circuit) => {
    expect(readCircuitId(parseHex(hex), vendor)).toEqual(circuit);
  });

  it.each<[string, string, number[]]>([
    ["ge-4/1/1", "ge-4/1/1", []],
    ["ge-4/1/1:500", "ge-4/1/1", [500]],
    ["ge-4/1/1:122-500", "ge-4/1/1", [122, 500]],
  ])("%s is an interface of Junos with its VLANs", (text, name, vlans) => {
    expect(readCircuitId(bytesOf(text))).toEqual({ layout: "interface", name, vlans });
  });

  it.each<[string, object]>([
    ["ge-1/0/1.0:43", { name: "ge-1/0/1", unit: 0, vlans: [43] }],
    ["ge-1/0/1.0", { name: "ge-1/0/1", unit: 0, vlans: [] }],
    ["ge-1/0/1.1073741824:100-4094", { name: "ge-1/0/1", unit: 1073741824, vlans: [100, 4094] }],
    ["xe-0/0/3:1.0:43", { name: "xe-0/0/3:1", unit: 0, vlans: [43] }],
    ["xe-0/0/1:2.100", { name: "xe-0/0/1:2", unit: 100, vlans: [] }],
    ["et-0/0/0:3.100:200-300", { name: "et-0/0/0:3", unit: 100, vlans: [200, 300] }],
    ["xe-0/0/1:0:100", { name: "xe-0/0/1:0", vlans: [100] }],
    ["xe-0/0/1:15:122-500", { name: "xe-0/0/1:15", vlans: [122, 500] }],
    ["xe-0/0/1:2", { name: "xe-0/0/1", vlans: [2] }],
    ["ae0.100:7", { name: "ae0", unit: 100, vlans: [7] }],
    ["ae12:7", { name: "ae12", vlans: [7] }],
  ])("%s is an interface of Junos with its unit", (text, found) => {
    expect(readCircuitId(bytesOf(text))).toEqual({ layout: "interface", ...found });
  });

  it.each([
    "ge-1/0/1:0",
    "ge-1/0/1:4095",
    "ge-1/0/1.4294967296",
    "ge-1/0/1.0:1-4095",
    "ae0",
    "ge-1/0/1.",
    "ge-1/0/1.:43",
    "xe-0/0/1:100:200",
    "xe-0/0/1:2:4095",
    "xe-0/0/1:2:",
  ])("%j has no VLAN or unit, and is plain text", (text) => {
    expect(readCircuitId(bytesOf(text))).toEqual({ layout: "text", text });
  });

  // Huawei, command references of S series switches and NetEngine routers, `dhcp option82 format`.
  it.each<[string, string, object]>([
    [
      "GigabitEthernet0/0/1:100.43 sw-7/0/0/0/0/0",
      "0x4769676162697445746865726e6574302f302f313a3130302e34332073772d372f302f302f302f302f30",
      { name: "GigabitEthernet0/0/1", vlans: [100, 43] },
    ],
    [
      "Eth-Trunk12:100.0 ne-1",
      "0x4574682d5472756e6b31323a3130302e30206e652d31",
      { name: "Eth-Trunk12", vlans: [100] },
    ],
    [
      "GE1/0/2:4096.43 ne-1/0/0/0/0/0",
      "0x4745312f302f323a343039362e3433206e652d312f302f302f302f302f30",
      { name: "GE1/0/2", vlans: [43] },
    ],
  ])("%s is an interface of Huawei with its VLANs", (text, hex, found) => {
    expect(bytesOf(text)).toEqual(parseHex(hex));
    expect(readCircuitId(parseHex(hex))).toEqual({ layout: "interface", ...found });
    expect(readCircuitId(parseHex(hex), "huawei")).toEqual({ layout: "interface", ...found });
  });

  it.each([
    "GE1/0/2:100",
    "GE1/0/2:100.43 two words",
    "GE1/0/2:4095.43 ne-1",
    "GE1/0/2:100.12345 ne-1",
    "GE:100.43 ne-1",
    "1/0/2:100.43 ne-1",
  ])("%j in a form like Huawei's is plain text", (text) => {
    expect(readCircuitId(bytesOf(text), "huawei")).toEqual({ layout: "text", text });
  });

  it("of Huawei's common format is an access line", () => {
    expect(readCircuitId(bytesOf("eth 0/0/5:30.3611 sw-7/0/0/0/0/0"), "huawei")).toMatchObject({
      layout: "access-line",
      line: { slot: "0/0", port: 5, vlan: 30, innerVlan: 3611, accessNode: "sw-7/0/0/0/0/0" },
    });
  });

  // Slot 5 and sub-slot 3 share an octet: 00101 011.
  it.each<[RelayVendor, string, object]>([
    ["huawei", "0x000400642b11", { layout: "huawei", vlan: 100, slot: 5, subslot: 3, port: 17 }],
    ["huawei", "0x00040000ff00", { layout: "huawei", slot: 31, subslot: 7, port: 0 }],
    ["huawei", "0x00040fff0001", { layout: "opaque" }],
    ["huawei", "0x000427000001", { layout: "opaque" }],
    ["huawei", "0x0005006400010a", { layout: "opaque" }],
    ["any", "0x000400642b11", { layout: "cisco", vlan: 100, module: 43, port: 17 }],
    ["nokia", "0x000400642b11", { layout: "mac", mac: mac("00:04:00:64:2b:11") }],
  ])("of %s in the octets of Huawei's extended format is read as its own: %s", (vendor, hex, circuit) => {
    expect(readCircuitId(parseHex(hex), vendor)).toEqual(circuit);
  });

  // Nokia, 7750 SR OS services guide, `circuit-id`.
  it.each<[string, string, object]>([
    ["bng-1|10|toCustomers", "0x626e672d317c31307c746f437573746f6d657273", { name: "toCustomers" }],
    [
      "bng-1|10|grp a|1/1/2:100.43",
      "0x626e672d317c31307c67727020617c312f312f323a3130302e3433",
      { name: "grp a", sap: "1/1/2:100.43" },
    ],
    [
      "bng-1|10|g|lag-7:*.43",
      "0x626e672d317c31307c677c6c61672d373a2a2e3433",
      { name: "g", sap: "lag-7:*.43" },
    ],
    [
      "bng-1|10|g|lag-7:4095.0",
      "0x626e672d317c31307c677c6c61672d373a343039352e30",
      { name: "g", sap: "lag-7:4095.0" },
    ],
    ["bng-1|10|g|1/1/c2/1", "0x626e672d317c31307c677c312f312f63322f31", { name: "g", sap: "1/1/c2/1" }],
  ])("%s is a tuple of Nokia", (text, hex, found) => {
    const circuit = { layout: "nokia", node: "bng-1", service: 10, ...found };
    expect(bytesOf(text)).toEqual(parseHex(hex));
    expect(readCircuitId(parseHex(hex))).toEqual(circuit);
    expect(readCircuitId(parseHex(hex), "nokia")).toEqual(circuit);
    expect(readCircuitId(parseHex(hex), "cisco")).toEqual({ layout: "text", text });
  });

  it.each([
    "bng-1|0|toCustomers",
    "bng-1|4294967296|toCustomers",
    "bng-1|10|g|1/1/2:4096.43",
    "bng-1|10|g|1/1/2:100.4096",
    "bng-1|ten|toCustomers",
    "bng-1|10|",
    "|10|toCustomers",
    "bng-1|10|g|1/1/2:100.43|9",
    "bng-1|10|g|port 2",
    "1/1/2:100.43",
    "bng-1/10/toCustomers",
  ])("%j in a form like Nokia's is plain text", (text) => {
    expect(readCircuitId(bytesOf(text), "nokia")).toEqual({ layout: "text", text });
  });

  it("of Nokia's interface index does not identify the line", () => {
    expect(readCircuitId(parseHex("0x00000007"), "nokia")).toEqual({ layout: "opaque" });
  });

  it("of a Cisco switch has a VLAN of 12 bits, or none", () => {
    const untagged = { layout: "cisco", module: 0, port: 1 };
    expect(readCircuitId(parseHex("0x000400000001"))).toStrictEqual(untagged);
    expect(readCircuitId(parseHex("0x00040ffe0001"))).toMatchObject({ layout: "cisco", vlan: 4094 });
    expect(readCircuitId(parseHex("0x00040fff0001"))).toEqual({ layout: "opaque" });
    expect(readCircuitId(parseHex("0x00040fff0001"), "mikrotik")).toMatchObject({ layout: "mac" });
    expect(readCircuitId(parseHex("0x000410000001"))).toMatchObject({ layout: "mac" });
    expect(readCircuitId(parseHex("0x000410000001"), "cisco")).toEqual({ layout: "opaque" });
  });

  it.each([
    ["of a group", "0x01005e000001"],
    ["of zeros", "0x000000000000"],
    ["of text in Latin-1 with a group's bit", "0x4dfc6c6c6572"],
  ])("is not the MAC address %s, which no station has", (_, hex) => {
    expect(readCircuitId(parseHex(hex))).toEqual({ layout: "opaque" });
    expect(readRemoteId(parseHex(hex))).toEqual({ layout: "opaque" });
    expect(readRemoteId(parseHex(`0x0006${hex.slice(2)}`))).toEqual({ layout: "opaque" });
  });

  it.each(["xge-4/1/1", "ge-4/1", "ge-4/1/1:", "ge-4/1/1:1-2-3", "ge-4/1/1 ", " ge-4/1/1", "ge-4/1/1:12345"])(
    "%j is not an interface, but plain text",
    (text) => {
      expect(readCircuitId(bytesOf(text))).toEqual({ layout: "text", text });
    },
  );
});

describe("an access line", () => {
  // RFC 4679 section 3.3.1 and TR-101 R-124: <Access-Node-Identifier> eth slot/port[:vlan-id], atm slot/port:vpi.vci.
  it.each<[string, object]>([
    ["dslam-7 eth 1/12:100", { link: "eth", node: "dslam-7", slot: "1", port: 12, vlan: 100 }],
    ["dslam-7 eth 1/12", { link: "eth", node: "dslam-7", slot: "1", port: 12, vlan: undefined }],
    ["olt 3 ETH 1/0/5:4094", { link: "eth", node: "olt 3", slot: "1/0", port: 5, vlan: 4094 }],
    ["olt  eth  0.1/5:1", { link: "eth", node: "olt", slot: "0.1", port: 5, vlan: 1 }],
    ["dslam-7 atm 3/0:8.35", { link: "atm", node: "dslam-7", slot: "3", port: 0, vpi: 8, vci: 35 }],
    [
      "dslam 7 ATM 1/3/0:4095.65535",
      { link: "atm", node: "dslam 7", slot: "1/3", port: 0, vpi: 4095, vci: 65535 },
    ],
  ])("%s is read", (text, line) => {
    expect(readAccessLine(text)).toEqual(line);
  });

  // China Telecom's layout, as OLTs of ZTE and BRASes write it; 4096 stands for no tag.
  it.each<[string, object]>([
    [
      "eth 0/0/5:30.3611 0/0/0/0/0/0",
      { node: undefined, slot: "0/0", port: 5, vlan: 30, innerVlan: 3611, accessNode: "0/0/0/0/0/0" },
    ],
    [
      "eth 1/2/3:4096.43 OLT-7/1/1/3/0/2:4096.43",
      { node: undefined, slot: "1/2", port: 3, vlan: 43, accessNode: "OLT-7/1/1/3/0/2:4096.43" },
    ],
    [
      "eth 1/2/3:4096.4096 0/0/0/0/0/0",
      { node: undefined, slot: "1/2", port: 3, vlan: undefined, accessNode: "0/0/0/0/0/0" },
    ],
    ["olt-1 eth 0/5:30.3611", { node: "olt-1", slot: "0", port: 5, vlan: 30, innerVlan: 3611 }],
    [
      "olt-1 eth 0/5:30 olt-1/0/0/1/0/5",
      { node: "olt-1", slot: "0", port: 5, vlan: 30, accessNode: "olt-1/0/0/1/0/5" },
    ],
  ])("%s is read with both VLANs", (text, line) => {
    expect(readAccessLine(text)).toEqual({ link: "eth", ...line });
  });

  it("of ATM is read without a name too", () => {
    expect(readAccessLine("atm 3/1/0:8.35 0/0/0/0/0/0")).toEqual({
      ...{ link: "atm", node: undefined, slot: "3/1", port: 0, vpi: 8, vci: 35 },
      accessNode: "0/0/0/0/0/0",
    });
  });

  it.each([
    "eth 0/0/5:30.3611",
    "eth 0/0/5:30.3611 0/0/0/0/0",
    "eth 0/0/5:0.43 0/0/0/0/0/0",
    "eth 0/0/5:4096 0/0/0/0/0/0",
    "eth 0/0/5:30.4095 0/0/0/0/0/0",
    "eth 1/12:100",
    " eth 1/12:100",
    "dslam-7 eth 1",
    "dslam-7 eth 1/",
    "dslam-7 eth /12",
    "dslam-7 eth 1/12:0",
    "dslam-7 eth 1/12:4095",
    "dslam-7 eth 1/12:100 x",
    "dslam-7 eth 1/123456",
    "dslam-7eth 1/12",
    "dslam-7 eth1/12",
    "dslam-7 atm 3/0",
    "dslam-7 atm 3/0:4096.35",
    "dslam-7 atm 3/0:8.65536",
    "eth 0/0/5:30.3611 OLT-7/1/1/3/0/2:4097.43",
    "eth 0/0/5:30.3611 OLT-7/1/1/3/0/2:30.65536",
    "dslam-7 atm 3/0:8",
    "dslam-7 atm 3/0:8.35 x",
    " atm 3/0:8.35",
    "dslam-7 wifi 1/12:100",
  ])("%j is not recognized", (text) => {
    expect(readAccessLine(text)).toBeUndefined();
  });
});

describe("a remote id", () => {
  it.each<[string, string, object]>([
    ["of a Cisco switch", "0x000600005e005301", { layout: "mac", mac: mac("00:00:5e:00:53:01") }],
    ["of six bare bytes", "0x00005e005301", { layout: "mac", mac: mac("00:00:5e:00:53:01") }],
    [
      "that spells a MAC address",
      "0x30303a30303a35653a30303a35333a3031",
      { layout: "mac", mac: mac("00:00:5e:00:53:01") },
    ],
    ["configured on a Cisco switch", "0x010441535731", { layout: "text", text: "ASW1" }],
    ["in plain text", "0x706f702d3031", { layout: "text", text: "pop-01" }],
    ["of unknown bytes", "0x0102030405", { layout: "opaque" }],
    ["of five bytes after Cisco's type", "0x00050102030405", { layout: "opaque" }],
    ["that says nothing", "0x", { layout: "opaque" }],
  ])("%s is read", (_, hex, remote) => {
    expect(readRemoteId(parseHex(hex))).toEqual(remote);
  });

  it("of DHCPv6 begins with an enterprise number (RFC 4649 section 3)", () => {
    expect(readDhcpv6RemoteId(parseHex("0x0000000900005e005301"))).toEqual({
      enterprise: 9,
      remote: { layout: "mac", mac: mac("00:00:5e:00:53:01") },
    });
    expect(readDhcpv6RemoteId(parseHex("0xff00003a78"))).toEqual({
      enterprise: 0xff00003a,
      remote: { layout: "text", text: "x" },
    });
  });

  it("of DHCPv6 is refused without one", () => {
    expect(() => readDhcpv6RemoteId(parseHex("00000009"))).toThrow(
      expect.objectContaining({
        code: "IDENTITY_INVALID",
        message:
          "expected an enterprise number of 4 bytes and a remote id; found length 4: pass the option's data whole, without its own code and length",
      }),
    );
  });
});

describe("option 82", () => {
  it.each(["0x0504c0000201", "0x01000200", "0x0100", "0x0200", "0x", "0x060161"])(
    "%s has no id and thus no account (neighbours would share one)",
    (hex) => {
      expect(readRelayInformation(parseHex(hex)).account).toBeUndefined();
    },
  );

  it("has an account when one id has a value", () => {
    expect(readRelayInformation(parseHex("0x0101610200")).account).toBe("61/");
    expect(readRelayInformation(parseHex("0x0100020162")).account).toBe("/62");
  });

  it("has circuit, remote and subscriber id", () => {
    const read = readRelayInformation(parseHex("0106000400640001 0208000600005e005301 0603626f62"));
    expect(read).toEqual({
      circuit: { layout: "cisco", vlan: 100, module: 0, port: 1 },
      remote: { layout: "mac", mac: mac("00:00:5e:00:53:01") },
      subscriber: "bob",
      subOptions: [
        { code: 1, value: parseHex("000400640001") },
        { code: 2, value: parseHex("000600005e005301") },
        { code: 6, value: parseHex("626f62") },
      ],
      account: "000400640001/000600005e005301",
    });
  });

  it("may have an unknown sub-option, and lack the others", () => {
    expect(readRelayInformation(parseHex("970100"))).toEqual({
      circuit: undefined,
      remote: undefined,
      subscriber: undefined,
      subOptions: [{ code: 0x97, value: parseHex("00") }],
      account: undefined,
    });
  });

  it("identifies a line by either id alone", () => {
    expect(readRelayInformation(parseHex("010141")).account).toBe("41/");
    expect(readRelayInformation(parseHex("020141")).account).toBe("/41");
  });

  it("is read with the layouts of its vendor", () => {
    expect(readRelayInformation(parseHex("0106000400640001"), "mikrotik").circuit).toMatchObject({
      layout: "mac",
    });
  });

  it.each([
    ["01", 0, "only a code"],
    ["0102", 0, "a length of 2 before 0 bytes"],
    ["010241", 0, "a length of 2 before 1 bytes"],
    ["01014101", 3, "only a code"],
    ["0101410203aabb", 3, "a length of 3 before 2 bytes"],
  ])("of bytes %s is refused at byte %i", (hex, at, found) => {
    const message = `expected a sub-option at byte ${at} with its code, its length and so many bytes; found ${found}: pass the option's data whole`;
    expect(() => readSubOptions(parseHex(hex))).toThrow(
      expect.objectContaining({ code: "IDENTITY_INVALID", message: expect.stringContaining(message) }),
    );
  });

  it.each([
    ["option 82", "0x52050103616263", readRelayInformation],
    ["option 82", "0x5200", readRelayInformation],
    ["option 37", "0x002500050000000961", readDhcpv6RemoteId],
    ["option 18", "0x00120003616263", readInterfaceId],
  ])("of %s with its own code and length is refused: %s", (option, hex, read) => {
    const header = hex.slice(0, option === "option 82" ? 6 : 10);
    expect(() => read(parseHex(hex))).toThrow(
      `${option}; found ${header}, its code and length, before them: pass the option's data whole, without its own code and length`,
    );
  });

  it("with another number than its own length is read", () => {
    expect(readSubOptions(parseHex("0x520161060162"))).toHaveLength(2);
    expect(readInterfaceId(parseHex("0x00120004616263"))).toEqual({ layout: "opaque" });
    expect(readInterfaceId(parseHex("0x0012"))).toEqual({ layout: "opaque" });
  });

  it("is read back as it was written", () => {
    const subOption = fc.tuple(fc.nat(255), fc.uint8Array({ maxLength: 255 }));
    fc.assert(
      fc.property(fc.array(subOption, { maxLength: 8 }), (parts) => {
        const bytes = Uint8Array.from(parts.flatMap(([code, value]) => [code, value.length, ...value]));
        fc.pre(parts.length !== 1 || bytes[0] !== 82);
        expect(readSubOptions(bytes)).toEqual(parts.map(([code, value]) => ({ code, value })));
      }),
      runs(500),
    );
  });

  it("answers any bytes, and reads no bytes beside them", () => {
    const byte = fc.oneof(fc.nat(8), fc.nat(255));
    const vendor = fc.constantFrom(...relayVendors);
    fc.assert(
      fc.property(fc.array(byte, { maxLength: 40 }), byte, vendor, (part, beside, whose) => {
        const around = (filler: number) => Uint8Array.of(filler, filler, ...part, filler, filler, filler);
        const answers = [beside, beside ^ 0xff].map((filler) =>
          answerOf(around(filler).subarray(2, 2 + part.length), whose),
        );
        expect(answers[0]).toEqual(answers[1]);
      }),
      runs(3_000),
    );
  });
});

function answerOf(bytes: Uint8Array, vendor: RelayVendor): unknown {
  return [
    () => readRelayInformation(bytes, vendor),
    () => readCircuitId(bytes, vendor),
    () => readInterfaceId(bytes, vendor),
    () => readRemoteId(bytes),
    () => readDhcpv6RemoteId(bytes),
  ].map((read) => {
    try {
      return read();
    } catch (fault) {
      if (!(fault instanceof NetworkFault)) throw fault;
      return fault.message;
    }
  });
}

describe("bytes in hexadecimal", () => {
  it.each(["0x0a0B", "0a0b", "0A:0B", "0a 0b", "0a-0b", "0X0a0b"])("may be written %s", (text) => {
    expect(parseHex(text)).toEqual(Uint8Array.of(10, 11));
  });

  it("may be empty", () => {
    expect(parseHex("0x")).toEqual(new Uint8Array());
  });

  it.each(["0x0", "xyz", "0a0", "g0", "0a0b.", "00x0a", "0a0x0b"])("may not be written %s", (text) => {
    const message = `expected bytes as pairs of hexadecimal digits, such as "0x0106000400640001"; found "${text}": write two digits for each byte`;
    expect(() => parseHex(text)).toThrow(expect.objectContaining({ code: "IDENTITY_INVALID", message }));
  });
});
