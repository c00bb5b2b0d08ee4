import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../../../../base/testing/runs.ts";
import { toHex } from "../../octets/to-hex.ts";
import { firstValue, labelOf } from "../attributes/read.ts";
import { concat } from "../octets/concat.ts";
import { fromHex } from "../octets/from-hex.ts";
import { datagram, lenient, random, secret, throughThePacket, wireOf, written } from "../testing/packets.ts";
import { attribute } from "../values/build-attribute.ts";
import type { Packet } from "./packet.ts";
import { type PacketCode, packetCodes } from "./packet-code.ts";
import { inspectPacket, readReply, readRequest } from "./read-packet.ts";
import { type ReplyCode, type RequestCode, repliesTo } from "./request-code.ts";
import { writeReply, writeRequest } from "./write-packet.ts";

const requests: readonly RequestCode[] = [
  "Access-Request",
  "Accounting-Request",
  "Status-Server",
  "Disconnect-Request",
  "CoA-Request",
];
const exchanges = requests.flatMap((request) =>
  repliesTo(request).map((reply) => [request, reply as ReplyCode] as const),
);
const user = [attribute("User-Name", "nemo")];
const proof = [attribute("Message-Authenticator", new Uint8Array(16))];
const nas = { secret };

function received(code: RequestCode, attributes: Packet["attributes"] = user) {
  const read = readRequest(written(code, attributes).octets, nas);
  if (read.kind === "refused") throw new Error(read.message);
  return { ...read.packet, code };
}

function changed(octets: Uint8Array, at: number, octet: number): Uint8Array {
  const copy = Uint8Array.from(octets);
  copy[at] = octet;
  return copy;
}

describe("a packet that is refused", () => {
  const request = written("Access-Request", user).octets;
  const accounting = written("Accounting-Request", user).octets;

  it.each<[string, Uint8Array, string]>([
    ["too-short", new Uint8Array(19), "expected at least 20 octets of a packet; found 19"],
    ["too-short", changed(request, 3, 19), "expected a length of at least 20 in the packet; found 19"],
    [
      "too-long",
      changed(changed(request, 2, 16), 3, 1),
      "expected a length of at most 4096 in the packet; found 4097",
    ],
    ["length-overruns", request.subarray(0, 43), "expected the 44 octets of the packet's length; found 43"],
    ["unknown-code", changed(request, 0, 99), "expected the code of a packet, such as 1; found 99"],
    ["unexpected-code", changed(request, 0, 2), "expected a request; found Access-Accept"],
    [
      "attribute-too-short",
      datagram(1, fromHex("0101")),
      "expected an attribute of at least 2 octets at octet 20; found a length of 1",
    ],
    [
      "attribute-too-short",
      datagram(1, fromHex("010361 01")),
      "expected an attribute of at least 2 octets at octet 23; found one octet left over, with no length after it",
    ],
    [
      "attribute-too-short",
      datagram(1, fromHex("010361 0100")),
      "expected an attribute of at least 2 octets at octet 23; found a length of 0",
    ],
    [
      "attribute-overruns",
      datagram(1, fromHex("010361 0104aa")),
      "expected an attribute at octet 23 that ends within the packet; found a length of 4",
    ],
    [
      "missing-message-authenticator",
      datagram(1, fromHex("010361")),
      "expected a Message-Authenticator; found none",
    ],
    [
      "missing-message-authenticator",
      datagram(12, new Uint8Array()),
      "expected a Message-Authenticator; found none",
    ],
    [
      "repeated-message-authenticator",
      datagram(1, fromHex("50025002")),
      "expected one Message-Authenticator; found 2",
    ],
    [
      "bad-message-authenticator",
      datagram(1, fromHex("5002")),
      "expected the Message-Authenticator of this packet and secret; found another: the secrets differ, or the packet was changed",
    ],
    [
      "bad-message-authenticator",
      changed(request, 43, 0),
      "expected the Message-Authenticator of this packet and secret; found another: the secrets differ, or the packet was changed",
    ],
    [
      "bad-authenticator",
      changed(accounting, 25, 0),
      "expected the authenticator of this Accounting-Request and secret; found another: the secrets differ, or the packet was changed",
    ],
  ])("%s: %#", (reason, octets, message) => {
    expect(readRequest(octets, nas)).toEqual({ kind: "refused", reason, message });
  });

  it("has an EAP-Message and no Message-Authenticator, even of an excepted NAS (RFC 3579 section 3.1)", () => {
    expect(readRequest(datagram(1, fromHex("4f03aa")), lenient)).toMatchObject({
      reason: "missing-message-authenticator",
    });
    expect(readRequest(datagram(1, fromHex("0103aa")), lenient)).toMatchObject({ kind: "read" });
  });

  it("is also refused by a reader without the secret", () => {
    expect(inspectPacket(new Uint8Array(3))).toMatchObject({ reason: "too-short" });
    expect(readReply(new Uint8Array(3), written("Access-Request", user), nas)).toMatchObject({
      reason: "too-short",
    });
  });
});

describe("a request", () => {
  it.each(requests)("%s is read with its secret, and with no other", (code) => {
    const { octets, authenticator, identifier } = written(code, user);
    expect(readRequest(octets, nas)).toMatchObject({
      kind: "read",
      packet: { code, identifier: 7, authenticator },
    });
    expect(identifier).toBe(7);
    expect(firstValue(received(code).attributes, "User-Name", "text")).toBe("nemo");
    expect(readRequest(octets, { secret: fromHex("00") })).toMatchObject({
      reason:
        code.startsWith("Access") || code === "Status-Server"
          ? "bad-message-authenticator"
          : "bad-authenticator",
    });
  });

  it("may have padding after its length, which is not read (RFC 2865 section 3)", () => {
    const padded = concat(written("Access-Request", user).octets, fromHex("0101ffff"));
    expect(readRequest(padded, nas)).toMatchObject({ kind: "read" });
  });

  it("begins with its Message-Authenticator where its authenticator is random", () => {
    expect(written("Access-Request", user).octets[20]).toBe(80);
    expect(written("Status-Server", []).octets[20]).toBe(80);
    expect(written("Accounting-Request", user).octets[20]).toBe(1);
    expect(written("Access-Request", user).authenticator).toEqual(random.authenticator);
  });

  it.each(["Accounting-Request", "CoA-Request", "Disconnect-Request"] as const)(
    "%s has a Message-Authenticator when it is requested, computed with zeros in its authenticator (RFC 5176 section 3.4)",
    (code) => {
      const { octets, authenticator } = written(code, [...user, ...proof]);
      expect(octets[20]).toBe(80);
      expect(readRequest(octets, nas)).toMatchObject({ kind: "read", packet: { authenticator } });
      /** The authenticator matches the changed packet, the Message-Authenticator does not. */
      const other = written(code, [...proof, attribute("User-Name", "nero")]).octets;
      other.set(octets.subarray(22, 38), 22);
      expect(readRequest(other, nas)).toMatchObject({ reason: "bad-authenticator" });
    },
  );

  it("is not read after a change of any octet", () => {
    const { octets } = written("Access-Request", [...user, attribute("User-Password", "arctangent")]);
    fc.assert(
      fc.property(fc.nat(octets.length - 1), fc.integer({ min: 1, max: 255 }), (at, mask) => {
        const other = changed(octets, at, (octets[at] ?? 0) ^ mask);
        expect(readRequest(other, nas).kind).toBe("refused");
      }),
      runs(500),
    );
  });

  it("is at most 4096 octets long", () => {
    const classes = Array.from({ length: 15 }, () => attribute("Class", new Uint8Array(253)));
    const fitting = [...classes, attribute("Class", new Uint8Array(4096 - 20 - 18 - 15 * 255 - 2))];
    expect(written("Access-Request", fitting).octets.length).toBe(4096);
    expect(received("Access-Request", fitting).attributes.length).toBe(17);
    expect(() => written("Access-Request", [...fitting, attribute("Class", new Uint8Array(1))])).toThrow(
      "expected at most 4096 octets; found 4099: leave attributes out",
    );
  });

  it.each([
    [256, random, "expected an identifier from 0 to 255; found 256: count around at 256"],
    [-1, random, "expected an identifier from 0 to 255; found -1: count around at 256"],
    [1.5, random, "expected an identifier from 0 to 255; found 1.5: count around at 256"],
    [
      7,
      { ...random, authenticator: new Uint8Array(15) },
      "expected 16 octets of an authenticator; found 15: draw 16",
    ],
    [7, { ...random, salt: -1 }, "expected a salt from 0 to 32767; found -1: draw 15 bits"],
    [7, { ...random, salt: 32768 }, "expected a salt from 0 to 32767; found 32768: draw 15 bits"],
    [7, { ...random, salt: 0.5 }, "expected a salt from 0 to 32767; found 0.5: draw 15 bits"],
  ])("is not written with identifier %s and these random values: %#", (identifier, chance, message) => {
    const write = () => writeRequest({ code: "Access-Request", identifier, attributes: [] }, secret, chance);
    expect(write).toThrow(expect.objectContaining({ code: "PACKET_INVALID", message }));
  });

  it.each([0, 255])("may have identifier %i", (identifier) => {
    const { octets } = writeRequest({ code: "Access-Request", identifier, attributes: [] }, secret, {
      ...random,
      salt: 0,
    });
    expect(readRequest(octets, nas)).toMatchObject({ packet: { identifier } });
  });
});

describe("a reply", () => {
  it.each(exchanges)("to %s, %s, is read by the sender of the request", (code, answer) => {
    const request = received(code);
    const octets = writeReply(
      { code: answer, attributes: [attribute("Reply-Message", "hi")] },
      request,
      secret,
      0,
    );
    const read = readReply(octets, request, nas);
    expect(read).toMatchObject({ kind: "read", packet: { code: answer, identifier: 7 } });
    expect(octets[20] === 80).toBe(answer.startsWith("Access-"));
    const another = { ...request, authenticator: new Uint8Array(16) };
    expect(readReply(octets, another, nas)).toMatchObject({ reason: "bad-authenticator" });
    expect(readReply(octets, { ...request, identifier: 8 }, nas)).toEqual({
      kind: "refused",
      reason: "unexpected-identifier",
      message: "expected identifier 8; found 7",
    });
  });

  it("must match the request, when it is written and when it is read", () => {
    const request = received("CoA-Request");
    expect(() => writeReply({ code: "Access-Accept", attributes: [] }, request, secret, 0)).toThrow(
      "expected a reply to CoA-Request; found Access-Accept: answer with CoA-ACK or CoA-NAK",
    );
    const accept = writeReply(
      { code: "Access-Accept", attributes: [] },
      received("Access-Request"),
      secret,
      0,
    );
    expect(readReply(accept, request, nas)).toEqual({
      kind: "refused",
      reason: "unexpected-code",
      message: "expected a reply to CoA-Request: CoA-ACK, CoA-NAK; found Access-Accept",
    });
  });

  it("to CoA may have a Message-Authenticator, over the request's authenticator", () => {
    const request = received("CoA-Request");
    const octets = writeReply({ code: "CoA-ACK", attributes: proof }, request, secret, 0);
    expect(readReply(octets, request, nas)).toMatchObject({ kind: "read" });
  });

  it("names the reason of a refused change (RFC 5176 section 3.5)", () => {
    const request = received("Disconnect-Request");
    const cause = attribute("Error-Cause", "Session-Context-Not-Found");
    expect(cause.value).toBe(503);
    const octets = writeReply({ code: "Disconnect-NAK", attributes: [cause] }, request, secret, 0);
    const read = readReply(octets, request, nas);
    expect(read.kind === "read" && labelOf(read.packet.attributes, "Error-Cause")).toBe(
      "Session-Context-Not-Found",
    );
  });

  it("carries the request's Proxy-State attributes in their order, unless it has its own (RFC 2865 section 5.33)", () => {
    const states = [attribute("Proxy-State", Uint8Array.of(1)), attribute("Proxy-State", Uint8Array.of(2))];
    const request = received("Accounting-Request", [...user, ...states]);
    const reply = (attributes: Packet["attributes"]) => {
      const read = readReply(
        writeReply({ code: "Accounting-Response", attributes }, request, secret, 0),
        request,
        nas,
      );
      return read.kind === "read" ? read.packet.attributes : read;
    };
    expect(reply([])).toEqual(states);
    const message = attribute("Reply-Message", "hi");
    expect(reply([message])).toEqual([message, ...states]);
    expect(reply([attribute("Proxy-State", Uint8Array.of(9))])).toEqual([
      attribute("Proxy-State", Uint8Array.of(9)),
    ]);
  });
});

describe("a hidden value", () => {
  it.each(["", "a", "0123456789abcdef", "0123456789abcdefg", "x".repeat(128)])(
    "is the password %j again",
    (password) => {
      expect(throughThePacket([attribute("User-Password", password)])[0]?.value).toBe(password);
      const length = 2 + Math.max(16, 16 * Math.ceil(password.length / 16));
      expect(wireOf([attribute("User-Password", password)]).length).toBe(length);
    },
  );

  it.each(["", "0123456789abcde", "0123456789abcdef", "x".repeat(200)])(
    "is the tunnel's password %j again",
    (password) => {
      const tunnel = [attribute("Tunnel-Password", password, 3), attribute("Tunnel-Password", password)];
      expect(throughThePacket(tunnel)).toEqual(tunnel);
      const wire = wireOf([attribute("Tunnel-Password", password, 3)]);
      expect(wire.length).toBe(5 + 16 * Math.ceil((1 + password.length) / 16));
    },
  );

  it("has salts that count up, their first bit set (RFC 2868 section 3.5)", () => {
    const wire = wireOf([1, 2, 3].map((tag) => attribute("Tunnel-Password", "x", tag)));
    expect([0, 21, 42].map((at) => toHex(wire.subarray(at, at + 5)))).toEqual([
      "451501fffe",
      "451502ffff",
      "4515038000",
    ]);
  });

  it("has a fixed length when its attribute has one (RFC 2548 section 2.4.1)", () => {
    const keys = attribute("MS-CHAP-MPPE-Keys", new Uint8Array(24));
    expect(throughThePacket([keys])).toEqual([keys]);
    expect(wireOf([keys]).length).toBe(2 + 4 + 2 + 32);
  });

  it("in a reply is hidden with the request's authenticator, in a change with zeros", () => {
    const keys = [attribute("MS-MPPE-Send-Key", new Uint8Array(16).fill(5))];
    for (const [code, answer] of [
      ["Access-Request", "Access-Accept"],
      ["CoA-Request", "CoA-ACK"],
    ] as const) {
      const request = received(code, keys);
      expect(firstValue(request.attributes, "MS-MPPE-Send-Key", "octets")).toEqual(
        new Uint8Array(16).fill(5),
      );
      const read = readReply(
        writeReply({ code: answer, attributes: keys }, request, secret, 9),
        request,
        nas,
      );
      expect(read).toMatchObject({ packet: { attributes: expect.arrayContaining(keys) } });
    }
  });

  it("cannot be read when its length is not a number of whole blocks", () => {
    const read = (hex: string) => {
      const one = readRequest(datagram(1, fromHex(hex)), lenient);
      return one.kind === "read" ? one.packet.attributes[0]?.malformed : one;
    };
    expect(read("0203aa")).toBe("expected blocks of 16 octets; found 1 octets");
    expect(read("0202")).toBe("expected blocks of 16 octets; found 0 octets");
    expect(read(`0292${"aa".repeat(144)}`)).toBe(
      "expected at most 128 octets (RFC 2865 section 5.2); found 144 octets",
    );
    const why = "expected a salt and blocks of 16 octets, hidden with this secret; found";
    expect(read("45050180aa")).toBe(`${why} 2 octets`);
    expect(read("45050180 00")).toBe(`${why} 2 octets`);
    expect(read(`451601ffff${"00".repeat(17)}`)).toBe(`${why} 19 octets`);
    expect(read("4506018000aa")).toBe(`${why} 3 octets`);
    /** With this salt the hidden length is beyond the block. */
    expect(read(`451501ffff${"00".repeat(16)}`)).toBe(`${why} 18 octets`);
  });

  it("of a tunnel ignores a tag beyond 31 (RFC 2868 section 3.5)", () => {
    const wire = wireOf([attribute("Tunnel-Password", "x", 3)]);
    const octets = datagram(1, changed(wire, 2, 0x20));
    octets.set(random.authenticator, 4);
    expect(readRequest(octets, lenient)).toMatchObject({
      packet: { attributes: [{ name: "Tunnel-Password", type: "text", value: "x" }] },
    });
  });
});

describe("a packet that is inspected", () => {
  it.each(Object.keys(packetCodes) as PacketCode[])("may be %s, proved or not", (code) => {
    expect(inspectPacket(datagram(packetCodes[code], fromHex("010361")))).toMatchObject({
      kind: "read",
      packet: { code, attributes: [{ name: "User-Name", value: "a" }] },
    });
  });

  it("includes the values that the secret decrypts", () => {
    const { octets } = written("Access-Request", [attribute("User-Password", "arctangent")]);
    expect(inspectPacket(octets, secret)).toMatchObject({
      packet: { attributes: [{}, { value: "arctangent" }] },
    });
    const change = written("CoA-Request", [attribute("Tunnel-Password", "x", 1)]);
    expect(inspectPacket(change.octets, secret)).toMatchObject({
      packet: { attributes: [{ value: "x", tag: 1 }] },
    });
  });
});
