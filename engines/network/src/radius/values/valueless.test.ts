import { describe, expect, it } from "vitest";
import { throughThePacket, wireOf } from "../testing/packets.ts";
import { attribute } from "./build-attribute.ts";

const empty = new Uint8Array();
const message = /expected a value of one octet or more; found an empty one: leave the attribute out$/;

describe("an attribute without a value", () => {
  it.each([
    ["User-Name", ""],
    ["Class", empty],
    ["Attr-250", empty],
    ["Attr-26.32473.1", empty],
    ["Attr-241.200", empty],
    ["Mikrotik-Rate-Limit", ""],
    ["Tunnel-Server-Endpoint", ""],
  ])("is not written: %s (RFC 2865 section 5)", (name, value) => {
    expect(() => attribute(name, value)).toThrow(message);
    expect(() => attribute(name, value)).toThrow(expect.objectContaining({ code: "ATTRIBUTE_INVALID" }));
  });

  it("is not written within another", () => {
    expect(() =>
      attribute("IP-Port-Limit-Info", [{ name: "Attr-241.5.200", type: "octets", value: empty }]),
    ).toThrow(message);
  });

  it("is an empty password, which is encrypted in 16 octets", () => {
    expect(throughThePacket([attribute("User-Password", "")])).toMatchObject([{ value: "" }]);
  });

  it("is the start of EAP (RFC 3579 section 2.1)", () => {
    expect([...wireOf([attribute("EAP-Message", empty)])]).toEqual([79, 2]);
  });
});
