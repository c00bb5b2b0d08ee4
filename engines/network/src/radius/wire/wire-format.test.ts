import { describe, expect, it } from "vitest";
import { toHex } from "../../octets/to-hex.ts";
import type { GivenValue } from "../attributes/attribute.ts";
import { fromHex } from "../octets/from-hex.ts";
import { inspectPacket } from "../packet/read-packet.ts";
import { datagram, throughThePacket, wireOf } from "../testing/packets.ts";
import { attribute } from "../values/build-attribute.ts";

const many = (count: number) => new Uint8Array(count).fill(0xaa);

function inspected(hex: string) {
  const received = inspectPacket(datagram(2, fromHex(hex)));
  if (received.kind === "refused") throw new Error(received.message);
  return received.packet.attributes;
}

describe("an attribute on the wire", () => {
  it.each<[string, GivenValue, number | undefined, string]>([
    ["User-Name", "nemo", undefined, "01066e656d6f"],
    ["Framed-IP-Address", "192.0.2.1", undefined, "0806c0000201"],
    /** RFC 2865 section 5.26. */
    ["Mikrotik-Rate-Limit", "1M", undefined, "1a0a00003a8c0804314d"],
    /** RFC 2868 section 3.1: the tag takes the first octet of a number. */
    ["Tunnel-Type", "L2TP", 1, "400601000003"],
    ["Tunnel-Type", "L2TP", undefined, "400600000003"],
    ["Tunnel-Server-Endpoint", "h", 31, "43041f68"],
    ["Tunnel-Server-Endpoint", "h", undefined, "430368"],
    ["Tunnel-Server-Endpoint", "\u001f", undefined, "4304001f"],
    ["Tunnel-Server-Endpoint", " ", undefined, "430320"],
    /** RFC 3162 section 2.3: the octets that the length needs. */
    ["Framed-IPv6-Prefix", "2001:db8::/32", undefined, "6108002020010db8"],
    ["Framed-IPv6-Prefix", "2001:db8::/33", undefined, "6109002120010db800"],
    ["Framed-Interface-Id", "200:0:0:1a", undefined, "600a020000000000001a"],
    /** RFC 6929 section 2.1: a second number. */
    ["Original-Packet-Code", 4, undefined, "f1070400000004"],
    /** RFC 6929 section 2.3: attributes in an attribute. */
    ["IP-Port-Limit-Info", [attribute("IP-Port-Type", 5)], undefined, "f10905010600000005"],
    ["Event-Timestamp", 1, undefined, "370600000001"],
    /** RFC 6929 section 2.4: a vendor's within an extended one. */
    ["Attr-241.26.32473.7", Uint8Array.of(9), undefined, "f1091a00007ed90709"],
    ["Attr-26.32473.7", Uint8Array.of(9), undefined, "1a0900007ed9070309"],
    ["Attr-250", Uint8Array.of(9), undefined, "fa0309"],
    ["Attr-241.200", Uint8Array.of(9), undefined, "f104c809"],
    /** RFC 6929 section 2.2: flags after the second number. */
    ["Attr-245.200", Uint8Array.of(9), undefined, "f505c80009"],
  ])("%s of %j with tag %s is %s", (name, value, tag, hex) => {
    const built = attribute(name, value, tag);
    expect(toHex(wireOf([built]))).toBe(hex);
    expect(throughThePacket([built])[0]?.value).toEqual(built.value);
  });

  it("is split over as many as necessary when a value may be split (RFC 2869 section 5.13)", () => {
    const long = attribute("EAP-Message", many(506));
    expect(toHex(wireOf([long]))).toBe(`4fff${"aa".repeat(253)}4fff${"aa".repeat(253)}`);
    expect(throughThePacket([long])).toEqual([long]);
  });

  it("is split with a flag that more follows when it is a long one (RFC 6929 section 2.2)", () => {
    const long = attribute("Attr-245.1", many(252));
    expect(toHex(wireOf([long]))).toBe(`f5ff0180${"aa".repeat(251)}f5050100aa`);
    expect(throughThePacket([long])[0]?.value).toEqual(many(252));
    const vendor = attribute("Attr-246.26.32473.7", many(247));
    expect(toHex(wireOf([vendor]))).toBe(`f6ff1a8000007ed907${"aa".repeat(246)}f6051a00aa`);
    expect(throughThePacket([vendor])).toEqual([{ ...vendor, vendor: "32473" }]);
  });

  it("is not joined with its neighbour of another second number", () => {
    expect(inspected("f50501800a f505020009")).toMatchObject([
      {
        name: "Attr-245.1",
        malformed: "expected another attribute with the rest of the value; found none",
      },
      { name: "Attr-245.2", value: Uint8Array.of(9) },
    ]);
    expect(inspected("f50501000a f50501000b").map(({ value }) => value)).toEqual([
      Uint8Array.of(10),
      Uint8Array.of(11),
    ]);
  });

  it("may share the attribute of its vendor with others (RFC 2865 section 5.26)", () => {
    expect(inspected("1a0e 00003a8c 0804314d 0904 6162")).toEqual([
      attribute("Mikrotik-Rate-Limit", "1M"),
      attribute("Mikrotik-Realm", "ab"),
    ]);
  });

  it("has zeros in the bits beyond a prefix's length", () => {
    expect(inspected("6114 0020 20010db8ffffffffffffffffffffffff")[0]?.value).toBe("2001:db8::/32");
    expect(inspected("6104 0000")[0]?.value).toBe("::/0");
  });

  it("has zeros when a prefix has fewer octets than its length (RFC 3162 section 2.3)", () => {
    expect(inspected("610a 004020010db8100e")[0]?.value).toBe("2001:db8:100e::/64");
    expect(inspected("6107 002020010d")[0]?.value).toBe("2001:d00::/32");
    expect(inspected("7b06 00382001")[0]).toMatchObject({
      ...{ name: "Delegated-IPv6-Prefix", value: "2001::/56" },
    });
    expect(inspected("6104 0080")[0]?.value).toBe("::/128");
  });
});

describe("a value that its attribute cannot have", () => {
  it.each([
    ["0805c00002", "Framed-IP-Address", "expected 4 octets of an IPv4 address; found 3 octets"],
    ["0807c000020101", "Framed-IP-Address", "expected 4 octets of an IPv4 address; found 5 octets"],
    ["0103ff", "User-Name", "expected UTF-8 text; found 1 octets"],
    ["0503ff", "NAS-Port", "expected 4 octets; found 1 octets"],
    ["37050000ff", "Event-Timestamp", "expected 4 octets of seconds since 1970; found 3 octets"],
    ["600900000000000000", "Framed-Interface-Id", "expected 8 octets; found 7 octets"],
    ["5f0401 02", "NAS-IPv6-Address", "expected 16 octets of an IPv6 address; found 2 octets"],
    [
      "6103 00",
      "Framed-IPv6-Prefix",
      "expected a zero, a length of 0 to 128 and at most 16 octets of an IPv6 address; found 1 octets",
    ],
    [
      "6104 0081",
      "Framed-IPv6-Prefix",
      "expected a zero, a length of 0 to 128 and at most 16 octets of an IPv6 address; found 2 octets",
    ],
    [
      "6115 0000 0000000000000000000000000000000000",
      "Framed-IPv6-Prefix",
      "expected a zero, a length of 0 to 128 and at most 16 octets of an IPv6 address; found 19 octets",
    ],
    ["4006 20000003", "Tunnel-Type", "expected a tag of 0 to 31; found another"],
    [
      "f103 05",
      "IP-Port-Limit-Info",
      "expected attributes of a number, a length and a value; found 0 octets",
    ],
    [
      "f106 05 010400",
      "IP-Port-Limit-Info",
      "expected attributes of a number, a length and a value; found 3 octets",
    ],
    ["f50401 00", "Attr-245.1", "expected a value; found 0 octets"],
    ["f103c8", "Attr-241.200", "expected a value; found 0 octets"],
    ["f1031a", "Attr-241.26", "expected a value; found 0 octets"],
    ["f1081a 00007ed9 07", "Attr-241.26.32473.7", "expected a value; found 0 octets"],
    [
      "f5050180aa f5040100",
      "Attr-245.1",
      "expected a part of the value in each of the attributes; found one without",
    ],
    ["f102", "Attr-241", "expected 1 octets before the value; found 0"],
    ["f503 01", "Attr-245", "expected 2 octets before the value; found 1"],
    ["1a05 00003a", "Attr-26", "expected 4 octets of a vendor's number; found 3"],
    [
      "1a06 00003a8c",
      "Attr-26",
      "expected attributes of a type, a length and a value after the vendor's number; found others",
    ],
    [
      "1a08 00003a8c 0803",
      "Attr-26",
      "expected attributes of a type, a length and a value after the vendor's number; found others",
    ],
    ["f107 1a 00003a8c", "Attr-241.26", "expected 5 octets of a vendor and type; found 4"],
    [
      "0212 00000000000000000000000000000000",
      "User-Password",
      "expected the secret that reveals a hidden value; found none",
    ],
  ])("%s is read as the octets of %s, with the reason, and written back", (hex, name, malformed) => {
    const read = inspected(hex)[0];
    expect(read).toMatchObject({ name, malformed, type: "octets" });
    expect(hex.replaceAll(" ", "")).toContain(toHex(read?.value as Uint8Array));
    if (read !== undefined && !name.startsWith("Attr-2")) {
      expect(toHex(wireOf([read]))).toBe(hex.replaceAll(" ", ""));
    }
  });

  it("names the vendor of a broken attribute", () => {
    expect(inspected("1a06 00003a8c")[0]?.vendor).toBe("Mikrotik");
    expect(inspected("1a09 00007ed9070309")).toEqual([
      { name: "Attr-26.32473.7", vendor: "32473", type: "octets", value: Uint8Array.of(9) },
    ]);
  });
});

describe("an attribute that cannot be written", () => {
  it.each<[string, GivenValue, number | undefined, string]>([
    [
      "Framed-Ip-Address",
      "x",
      undefined,
      'expected the name of an attribute, such as "Framed-IP-Address" or "Attr-26.32473.1"; found "Framed-Ip-Address": write Framed-IP-Address',
    ],
    [
      "Framed-IP-Address",
      5,
      undefined,
      'Framed-IP-Address: expected an IPv4 address, such as "192.0.2.1"; found 5: write one',
    ],
    [
      "Framed-IP-Address",
      "2001:db8::1",
      undefined,
      'Framed-IP-Address: expected an IPv4 address, such as "192.0.2.1"; found "2001:db8::1": write one',
    ],
    [
      "Framed-IPv6-Prefix",
      "192.0.2.0/24",
      undefined,
      'Framed-IPv6-Prefix: expected an IPv6 prefix, such as "2001:db8::/48"; found "192.0.2.0/24": write one',
    ],
    [
      "Framed-Interface-Id",
      "200:0:1",
      undefined,
      'Framed-Interface-Id: expected four groups of hexadecimal digits, such as "200:0:0:1"; found "200:0:1": write one',
    ],
    [
      "Framed-Interface-Id",
      "x200:0:0:1",
      undefined,
      'Framed-Interface-Id: expected four groups of hexadecimal digits, such as "200:0:0:1"; found "x200:0:0:1": write one',
    ],
    [
      "Framed-Interface-Id",
      "200:0:0:1x",
      undefined,
      'Framed-Interface-Id: expected four groups of hexadecimal digits, such as "200:0:0:1"; found "200:0:0:1x": write one',
    ],
    [
      "Session-Timeout",
      -1,
      undefined,
      "Session-Timeout: expected a whole number from 0 to 4294967295, or the name of a value; found -1: write one",
    ],
    [
      "Session-Timeout",
      1.5,
      undefined,
      "Session-Timeout: expected a whole number from 0 to 4294967295, or the name of a value; found 1.5: write one",
    ],
    [
      "Session-Timeout",
      2 ** 32,
      undefined,
      "Session-Timeout: expected a whole number from 0 to 4294967295, or the name of a value; found 4294967296: write one",
    ],
    [
      "IP-Port-Limit-Info",
      [],
      undefined,
      "IP-Port-Limit-Info: expected a list of attributes that belong in it; found []: write one",
    ],
    [
      "Session-Timeout",
      [],
      undefined,
      "Session-Timeout: expected a whole number from 0 to 4294967295, or the name of a value; found a list: write one",
    ],
    [
      "Service-Type",
      "Fremed",
      undefined,
      'Service-Type: expected a whole number from 0 to 4294967295, or the name of a value; found "Fremed": write one, or a name such as Login-User, Framed-User, Callback-Login-User, Callback-Framed-User',
    ],
    [
      "User-Name",
      many(3),
      undefined,
      'User-Name: expected a text of whole characters, such as "user"; found 3 octets: write one',
    ],
    [
      "User-Name",
      "\ud800",
      undefined,
      'User-Name: expected a text of whole characters, such as "user"; found "\\ud800": write one',
    ],
    ["User-Name", "x", 1, "User-Name: expected no tag; found 1: leave it out"],
    [
      "Tunnel-Type",
      3,
      0,
      "Tunnel-Type: expected a tag from 1 to 31; found 0: choose another, or leave it out",
    ],
    [
      "Tunnel-Type",
      3,
      32,
      "Tunnel-Type: expected a tag from 1 to 31; found 32: choose another, or leave it out",
    ],
    [
      "Tunnel-Type",
      3,
      1.5,
      "Tunnel-Type: expected a tag from 1 to 31; found 1.5: choose another, or leave it out",
    ],
    [
      "Tunnel-Type",
      2 ** 24,
      1,
      "Tunnel-Type: expected a whole number from 0 to 16777215; found a greater one: three octets follow the tag",
    ],
    [
      "IP-Port-Limit-Info",
      "x",
      undefined,
      'IP-Port-Limit-Info: expected a list of attributes that belong in it; found "x": write one',
    ],
    [
      "IP-Port-Limit-Info",
      [attribute("User-Name", "x")],
      undefined,
      "IP-Port-Limit-Info: expected attributes that belong in it; found User-Name: leave it out",
    ],
    [
      "IP-Port-Limit-Info",
      [attribute("IP-Port-Range-Type", 1)],
      undefined,
      "IP-Port-Limit-Info: expected attributes that belong in it; found IP-Port-Range-Type: leave it out",
    ],
    [
      "IP-Port-Limit-Info",
      [attribute("IP-Port-Local-Id", "x".repeat(254))],
      undefined,
      "IP-Port-Local-Id: expected at most 253 octets; found 254: write fewer",
    ],
    [
      "MS-CHAP2-Response",
      many(49),
      undefined,
      "MS-CHAP2-Response: expected 50 octets; found 49: write as many",
    ],
  ])("%s of %j, tag %s: %s", (name, value, tag, message) => {
    expect(() => attribute(name, value, tag)).toThrow(
      expect.objectContaining({ code: "ATTRIBUTE_INVALID", message }),
    );
  });

  it.each<[string, GivenValue, string]>([
    [
      "User-Name",
      "x".repeat(254),
      "User-Name: expected at most 253 octets; found 254, with the octets before the value: write fewer",
    ],
    [
      "Mikrotik-Realm",
      "x".repeat(248),
      "Mikrotik-Realm: expected at most 253 octets; found 254, with the octets before the value: write fewer",
    ],
    [
      "Attr-241.200",
      many(253),
      "Attr-241.200: expected at most 252 octets; found 253, with the octets before the value: write fewer",
    ],
    ["User-Password", "x".repeat(129), "User-Password: expected at most 128 octets; found 129: write fewer"],
    [
      "IP-Port-Type",
      1,
      "IP-Port-Type: expected an attribute of its own; found one within another: write it in the value of that one",
    ],
    [
      "Attr-26.9",
      many(1),
      "Attr-26.9: expected an attribute of its own; found one within another: write it in the value of that one",
    ],
    [
      "Attr-8.1",
      many(1),
      "Attr-8.1: expected an attribute of its own; found one within another: write it in the value of that one",
    ],
    [
      "Attr-256",
      many(1),
      'Attr-256: expected the name of an attribute that a dictionary has, or numbers; found neither: write one such as "Framed-IP-Address", "Attr-250" or "Attr-26.32473.1"',
    ],
    [
      "Attr-0",
      many(1),
      'Attr-0: expected the name of an attribute that a dictionary has, or numbers; found neither: write one such as "Framed-IP-Address", "Attr-250" or "Attr-26.32473.1"',
    ],
    [
      "Attr-26.4294967296.1",
      many(1),
      'Attr-26.4294967296.1: expected the name of an attribute that a dictionary has, or numbers; found neither: write one such as "Framed-IP-Address", "Attr-250" or "Attr-26.32473.1"',
    ],
  ])("%s of %j in a packet: %s", (name, value, message) => {
    expect(() => wireOf([attribute(name, value)])).toThrow(
      expect.objectContaining({ code: "ATTRIBUTE_INVALID", message }),
    );
  });

  it("is refused with a value given as a bigint", () => {
    expect(() => attribute("Session-Timeout", 5n)).toThrow("found 5n: write one");
    expect(() => attribute("Framed-IP-Address", 5n)).toThrow("found 5n: write one");
    expect(() => attribute("MIP6-Feature-Vector", 2n ** 64n)).toThrow(
      'MIP6-Feature-Vector: expected a bigint from 0 to 18446744073709551615; found "18446744073709551616n": write one',
    );
  });

  it.each<[string, GivenValue]>([
    ["User-Name", "x".repeat(253)],
    ["Mikrotik-Realm", "x".repeat(247)],
    ["Attr-241.200", many(252)],
    ["User-Password", "x".repeat(128)],
  ])("is not %s at its greatest length", (name, value) => {
    expect(throughThePacket([attribute(name, value)])[0]?.value).toEqual(value);
  });
});
