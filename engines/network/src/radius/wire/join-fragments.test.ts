import { describe, expect, it } from "vitest";
import { fromHex } from "../octets/from-hex.ts";
import { inspectPacket, readRequest } from "../packet/read-packet.ts";
import { datagram, lenient, secret, throughThePacket, written } from "../testing/packets.ts";
import { attribute } from "../values/build-attribute.ts";

function inspected(hex: string) {
  const received = inspectPacket(datagram(2, fromHex(hex)));
  return received.kind === "read" ? received.packet.attributes : [];
}

describe("attributes that follow one another", () => {
  it("are joined only with their own kind", () => {
    const apart = [
      attribute("EAP-Message", Uint8Array.of(1)),
      attribute("User-Name", "a"),
      attribute("EAP-Message", Uint8Array.of(2)),
    ];
    expect(throughThePacket(apart)).toEqual(apart);
    expect(inspected("4f0301 4f0302 010361").map(({ value }) => value)).toEqual([Uint8Array.of(1, 2), "a"]);
  });

  it("are not joined when the value of the attribute must be in one", () => {
    expect(inspected("010361 010361").length).toBe(2);
    expect(inspected("fa03ff fa03ff").length).toBe(2);
    expect(inspected("fa048001 fa048001").length).toBe(2);
  });

  it("are malformed when the last of them has no flags", () => {
    expect(inspected("f5050180aa f50301")).toMatchObject([
      { name: "Attr-245", malformed: "expected 2 octets before the value; found 1" },
    ]);
  });

  it("are not joined across the two kinds of long attributes", () => {
    expect(inspected("f5050180aa f6050100bb").map(({ name }) => name)).toEqual(["Attr-245.1", "Attr-246.1"]);
  });
});

describe("attributes within another", () => {
  it("keep unknown attributes", () => {
    expect(inspected("f107 05 c8040102")).toMatchObject([
      { value: [{ name: "Attr-241.5.200", type: "octets", value: Uint8Array.of(1, 2) }] },
    ]);
    expect(inspected("1a0b 00000de9 ff05 c80309")).toMatchObject([
      { value: [{ name: "Attr-26.3561.255.200", vendor: "ADSL-Forum", type: "octets" }] },
    ]);
    const unknown = attribute("Attr-241.5.200", Uint8Array.of(9));
    const around = attribute("IP-Port-Limit-Info", [unknown]);
    expect(throughThePacket([around])).toEqual([around]);
  });
});

describe("an attribute of a fixed length or a tag at its bounds", () => {
  it("is malformed with another length", () => {
    expect(inspected("1a0a 00000137 19040000")).toMatchObject([
      { name: "MS-CHAP2-Response", malformed: "expected 50 octets; found 2" },
    ]);
  });

  it("has tags to 31", () => {
    expect(inspected("40061f000003")).toEqual([attribute("Tunnel-Type", "L2TP", 31)]);
    expect(inspected("43041f68")).toEqual([attribute("Tunnel-Server-Endpoint", "h", 31)]);
    expect(inspected("43042068")).toEqual([attribute("Tunnel-Server-Endpoint", " h")]);
  });
});

describe("a packet amid other octets", () => {
  it("is proved at its place in a socket's buffer", () => {
    const { octets } = written("Access-Request", [attribute("User-Name", "nemo")]);
    const around = new Uint8Array(200).fill(0xee);
    around.set(octets, 77);
    expect(readRequest(around.subarray(77, 77 + octets.length), { secret }).kind).toBe("read");
  });

  it("needs no proof when the NAS is excepted and its attributes are not EAP's", () => {
    const reason = { reason: "missing-message-authenticator" };
    expect(readRequest(datagram(1, fromHex("010361 4f03aa")), lenient)).toMatchObject(reason);
    expect(readRequest(datagram(1, new Uint8Array()), lenient)).toMatchObject({ kind: "read" });
  });
});
