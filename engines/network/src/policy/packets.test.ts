import { describe, expect, it } from "vitest";
import { FramedRoute } from "../identities/framed-route.ts";
import { IPAddress } from "../ipam/addresses/ip-address.ts";
import { Prefix } from "../ipam/blocks/prefix.ts";
import { toHex } from "../octets/to-hex.ts";
import { readReply, readRequest } from "../radius/packet/read-packet.ts";
import { writeReply, writeRequest } from "../radius/packet/write-packet.ts";
import { authorize } from "./authorize.ts";
import { changeOf } from "./change/change-of.ts";
import type { NasTerms } from "./nas-terms.ts";
import type { PolicyTerms } from "./terms/policy-terms.ts";
import { nas, noGarden, policy } from "./testing/samples.ts";
import { type VendorName, vendorNames } from "./vendors/vendors.ts";

const secret = new TextEncoder().encode("testing123");
const random = { authenticator: new Uint8Array(16).fill(7), salt: 1 };
const garden = { ...noGarden, filters: { up: "g" }, url: "https://pay.example/" };
const policies = { kind: "policies", up: "i{up}", down: "o{down}" } as const;
const services = { kind: "services", services: ["NET({up},{down})", "VOICE{upM}"] } as const;

const profiles: [VendorName, Partial<NasTerms>][] = [
  ["mikrotik", { shaping: { kind: "rates" }, garden }],
  ["cisco", { shaping: policies }],
  ["cisco", { shaping: services }],
  ["juniper", { shaping: policies }],
  ["juniper", { shaping: services }],
  ["huawei", { shaping: { kind: "rates" }, garden }],
  ["huawei", { shaping: { kind: "profile", profile: "p{downM}" } }],
  ["wispr", { shaping: { kind: "rates" }, garden }],
];

const slow: Partial<PolicyTerms> = {
  access: "ppp",
  speed: { down: 4_294_000_000, up: 3_000_000_000 },
  ipv4: { kind: "fixed", address: IPAddress.parse("192.0.2.7") },
  ipv6: { kind: "fixed", prefix: Prefix.parse("2001:db8:0:7::/64") },
  delegated: { kind: "fixed", prefix: Prefix.parse("2001:db8:700::/56") },
  routes: ["198.51.100.0/24 0.0.0.0 1", "2001:db8:800::/48 :: 1"].map(FramedRoute.parse),
  addressLists: ["paid"],
  sessionSeconds: 0xffff_ffff,
  interimSeconds: 300,
};
const fast: Partial<PolicyTerms> = { ...slow, speed: { down: 2_000_000, up: 1_000_000 } };

describe("a packet of a policy", () => {
  it("is tested for every vendor", () => {
    expect(new Set(profiles.map(([vendor]) => vendor))).toEqual(new Set(vendorNames));
  });

  it.each(profiles)("for %s, %j arrives as it was granted", (vendor, terms) => {
    const on = nas(vendor, terms);
    const request = writeRequest({ code: "Access-Request", identifier: 1, attributes: [] }, secret, random);
    for (const state of ["active", "walled-garden", "blocked"] as const) {
      if (state === "walled-garden" && terms.garden === undefined) continue;
      const { kind, attributes } = authorize(policy({ ...slow, state }), on);
      const code = kind === "accept" ? "Access-Accept" : "Access-Reject";
      const reply = writeReply({ code, attributes }, { ...request, attributes: [] }, secret, 1);
      const read = readReply(reply, request, { secret });
      expect(read).toMatchObject({ kind: "read", packet: { code } });
      expect(read.kind === "read" && read.packet.attributes.slice(1)).toEqual(attributes);
    }
  });

  it.each(profiles)("for %s, %j arrives as a CoA-Request", (vendor, terms) => {
    const session = { userName: "anna", sessionId: "81c00007", nasAddress: IPAddress.parse("198.51.100.1") };
    const change = changeOf(policy(slow), policy(fast), nas(vendor, terms), session);
    if (change.kind !== "coa") throw new Error(`expected a CoA; found ${change.kind}`);
    const { attributes } = change;
    const written = writeRequest({ code: "CoA-Request", identifier: 2, attributes }, secret, random);
    expect(readRequest(written.octets, { secret })).toMatchObject({
      kind: "read",
      packet: { code: "CoA-Request", attributes },
    });
  });

  it.each<[VendorName, string]>([
    // Vendor-Specific of vendor 9, attribute 252: the octet 0b or 0c, then the service.
    ["cisco", "1a0e00000009fc080c474f4c4431" + "1a0e00000009fc080b474f4c4432"],
    // Of vendor 4874: attribute 66 with the service; 65 with the tag 01 before it.
    ["juniper", "1a0d0000130a4207474f4c4431" + "1a0e0000130a410801474f4c4432"],
  ])("ends and begins services for %s in the vendor's octets", (vendor, octets) => {
    const on = nas(vendor, { shaping: { kind: "services", services: ["GOLD{up}"] } });
    const speed = (up: number) => policy({ speed: { up, down: 1 } });
    const change = changeOf(speed(1), speed(2), on, { userName: "a", sessionId: "b" });
    const attributes = change.kind === "coa" ? change.attributes : [];
    const written = writeRequest({ code: "CoA-Request", identifier: 2, attributes }, secret, random);
    expect(toHex(written.octets.slice(20))).toBe(`0103612c0362${octets}`);
  });
});
