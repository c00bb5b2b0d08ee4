import { describe, expect, it } from "vitest";
import { fromHex } from "../octets/from-hex.ts";
import { inspectPacket } from "../packet/read-packet.ts";
import { datagram } from "../testing/packets.ts";
import { nameOf } from "./name-of.ts";

function userOf(hex: string) {
  const name = fromHex(hex);
  const received = inspectPacket(datagram(4, Uint8Array.of(1, 2 + name.length, ...name)));
  return received.kind === "read" ? nameOf(received.packet.attributes, "User-Name") : undefined;
}

describe("a name that a packet carries", () => {
  it("is its text in UTF-8, and its octets otherwise", () => {
    expect(userOf("6dc3bc6c6c6572")).toBe("müller");
    expect(userOf("6dfc6c6c6572")).toBe("0x6dfc6c6c6572");
    expect(nameOf([], "User-Name")).toBeUndefined();
  });

  it("is different for different octets or texts", () => {
    const names = ["6dfc6c6c6572", "6df66c6c6572", "efbfbd", "fffe", "ff", "30786666", "3078", "61"];
    expect(new Set(names.map(userOf)).size).toBe(names.length);
    expect(userOf("30786666")).toBe("0x30786666");
  });
});
