import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../../../../base/testing/runs.ts";
import { dealPorts } from "../../../oracle/plans/nat-oracle.ts";
import { IPAddress } from "../../ipam/addresses/ip-address.ts";
import { Prefix } from "../../ipam/blocks/prefix.ts";
import { Range } from "../../ipam/blocks/range.ts";
import { NetworkFault } from "../../network-fault.ts";
import { DeterministicNat } from "./deterministic-nat.ts";
import type { PortPolicy } from "./port-shares.ts";

const rangeOf = (text: string) =>
  text.includes("/") ? Range.ofPrefix(Prefix.parse(text)) : Range.parse(text);
const nat = (inside: string, outside: string, policy: PortPolicy = {}) =>
  DeterministicNat.of(inside.split(" ").map(rangeOf), outside.split(" ").map(rangeOf), policy);
const blockOf = (one: DeterministicNat, address: string) => {
  const { outside, firstPort, lastPort } = one.blockOf(IPAddress.parse(address));
  return `${outside}:${firstPort}-${lastPort}`;
};
const ownerOf = (one: DeterministicNat, address: string, port: number) => {
  const owner = one.ownerOf(IPAddress.parse(address), port);
  return owner.kind === "subscriber" ? owner.inside.toString() : owner.kind;
};

describe("a deterministic NAT", () => {
  // FD.io VPP, CLI of the deterministic NAT: "nat44 deterministic forward" and "reverse".
  it("maps as the router VPP documents it", () => {
    const one = nat("10.0.0.0/18", "1.1.1.0/30");
    expect(one.shares).toEqual({
      firstPort: 1024,
      lastPort: 65_535,
      portsPerSubscriber: 15,
      subscribersPerAddress: 4096,
    });
    expect(blockOf(one, "10.0.0.2")).toBe("1.1.1.0:1054-1068");
    expect(ownerOf(one, "1.1.1.1", 1276)).toBe("10.0.16.16");
  });

  it.each([
    ["10.0.0.0/24", "1.1.1.1/32", 256, 252],
    ["10.9.44.0/24", "10.9.45.0/30", 64, 1008],
  ])("shares %s by %s as VPP prints it: %i on an address, %i ports each", (inside, outside, ratio, ports) => {
    expect(nat(inside, outside).shares).toMatchObject({
      subscribersPerAddress: ratio,
      portsPerSubscriber: ports,
    });
  });

  // MikroTik RouterOS manual, "Carrier-Grade NAT", the table of 200 ports each from 5000 on.
  it.each([
    ["100.64.0.1", "2.2.2.2:5000-5199"],
    ["100.64.0.2", "2.2.2.2:5200-5399"],
    ["100.64.0.5", "2.2.2.2:5800-5999"],
  ])("gives %s the block %s of MikroTik's table", (inside, block) => {
    const one = nat("100.64.0.1-100.64.0.5", "2.2.2.2/32", { firstPort: 5000, portsPerSubscriber: 200 });
    expect(blockOf(one, inside)).toBe(block);
  });

  it("fills an outside address before the next when the number of ports is given, as Junos does", () => {
    const one = nat("10.1.0.0/16", "192.0.2.0/24", { portsPerSubscriber: 249 });
    expect(one.shares.subscribersPerAddress).toBe(259);
    expect(one.remainder).toBe(64_512 - 259 * 249);
    expect(one.capacity).toBe(259 * 256);
    expect(one.outsideInUse).toBe(254);
    expect(blockOf(one, "10.1.1.2")).toBe("192.0.2.0:65266-65514");
    expect(blockOf(one, "10.1.1.3")).toBe("192.0.2.1:1024-1272");
  });

  it("names the subscriber of each port, and the ports without one", () => {
    const one = nat("10.0.0.0-10.0.0.4", "192.0.2.0/31", { lastPort: 1123, portsPerSubscriber: 30 });
    expect([one.capacity, one.remainder, one.outsideInUse]).toEqual([6, 10, 2]);
    expect(
      [0, 1023, 1024, 1053, 1054, 1083, 1084, 1113, 1114, 1123, 1124, 65_535].map((port) =>
        ownerOf(one, "192.0.2.1", port),
      ),
    ).toEqual([
      "reserved",
      "reserved",
      "10.0.0.3",
      "10.0.0.3",
      "10.0.0.4",
      "10.0.0.4",
      "unassigned",
      "unassigned",
      "remainder",
      "remainder",
      "reserved",
      "reserved",
    ]);
    expect(one.ownerOf(IPAddress.parse("192.0.2.1"), 1060)).toEqual({
      kind: "subscriber",
      inside: IPAddress.parse("10.0.0.4"),
      block: { outside: IPAddress.parse("192.0.2.1"), firstPort: 1054, lastPort: 1083 },
    });
  });

  it("goes through several ranges in the order given", () => {
    const one = nat("10.0.1.0/31 10.0.0.0/31", "198.51.100.9/32 192.0.2.1/32");
    expect(["10.0.1.0", "10.0.1.1", "10.0.0.0", "10.0.0.1"].map((inside) => blockOf(one, inside))).toEqual([
      "198.51.100.9:1024-33279",
      "198.51.100.9:33280-65535",
      "192.0.2.1:1024-33279",
      "192.0.2.1:33280-65535",
    ]);
    expect(ownerOf(one, "192.0.2.1", 40_000)).toBe("10.0.0.1");
  });

  it("may use every port, and all ports of an address for one subscriber", () => {
    const one = nat("10.0.0.0/32", "192.0.2.0/32", { firstPort: 1 });
    expect(blockOf(one, "10.0.0.0")).toBe("192.0.2.0:1-65535");
    expect([one.capacity, one.remainder]).toEqual([1, 0]);
    expect(ownerOf(one, "192.0.2.0", 1)).toBe("10.0.0.0");
    const narrow = nat("10.0.0.0/32", "192.0.2.0/32", { firstPort: 65_535 });
    expect(blockOf(narrow, "10.0.0.0")).toBe("192.0.2.0:65535-65535");
  });

  it.each<[string, string, string, PortPolicy, string]>([
    [
      "no room",
      "10.0.0.0/16",
      "192.0.2.0/32",
      {},
      "expected room for 65536 subscribers of 1 ports each; found 1 outside addresses of 64512 ports: write 2 outside addresses",
    ],
    [
      "too large a block",
      "10.0.0.0/24",
      "192.0.2.0/30",
      { portsPerSubscriber: 1009 },
      "expected room for 256 subscribers of 1009 ports each; found 4 outside addresses of 64512 ports: write at most 1008 ports each, or 5 outside addresses",
    ],
  ])("refuses %s", (_, inside, outside, policy, message) => {
    expect(() => nat(inside, outside, policy)).toThrow(
      new NetworkFault("SPACE_EXHAUSTED", message, ["outside"]),
    );
  });

  it("has room when the number of ports is exactly sufficient", () => {
    expect(nat("10.0.0.0/24", "192.0.2.0/30", { portsPerSubscriber: 1008 }).capacity).toBe(256);
  });

  it.each<[string, PortPolicy, string]>([
    [
      "a first port below 0",
      { firstPort: -1 },
      "expected a first port from 1 to 65535; found -1: write a whole number of that range",
    ],
    ["port 0", { firstPort: 0 }, "expected a first port from 1 to 65535; found 0"],
    ["a first port above 65535", { firstPort: 65_536 }, "expected a first port from 1 to 65535; found 65536"],
    ["half a port", { firstPort: 1024.5 }, "expected a first port from 1 to 65535; found 1024.5"],
    [
      "a last port before the first",
      { firstPort: 2000, lastPort: 1999 },
      "expected a last port from 2000 to 65535; found 1999",
    ],
    ["a last port above 65535", { lastPort: 65_536 }, "expected a last port from 1024 to 65535; found 65536"],
    [
      "no ports each",
      { portsPerSubscriber: 0 },
      "expected a number of ports per subscriber from 1 to 64512; found 0",
    ],
    [
      "more ports than there are",
      { portsPerSubscriber: 64_513 },
      "expected a number of ports per subscriber from 1 to 64512; found 64513",
    ],
  ])("refuses %s", (_, policy, message) => {
    expect(() => nat("10.0.0.0/32", "192.0.2.0/32", policy)).toThrow(message);
    expect(() => nat("10.0.0.0/32", "192.0.2.0/32", policy)).toThrow(
      expect.objectContaining({ code: "PLAN_INVALID" }),
    );
  });

  it.each([
    [
      "an overlap inside",
      "10.0.0.0/24 10.0.0.128-10.0.1.5",
      "192.0.2.0/32",
      "expected inside ranges that share no address; found 10.0.0.0-10.0.0.255 and 10.0.0.128-10.0.1.5: write each address once",
    ],
    [
      "an overlap outside",
      "10.0.0.0/24",
      "192.0.2.9/32 192.0.2.0/28",
      "expected outside ranges that share no address; found 192.0.2.0-192.0.2.15 and 192.0.2.9-192.0.2.9",
    ],
    [
      "an address of both sides",
      "192.0.2.128-192.0.3.3",
      "198.51.100.0/28 192.0.2.0/24",
      "expected inside and outside ranges that share no address; found 192.0.2.128-192.0.3.3 and 192.0.2.0-192.0.2.255: write each address on one side",
    ],
    [
      "IPv6",
      "2001:db8::/120",
      "192.0.2.0/32",
      "expected inside addresses of IPv4; found 2001:db8::-2001:db8::ff: write a range of IPv4",
    ],
  ])("refuses %s", (_, inside, outside, message) => {
    expect(() => nat(inside, outside)).toThrow(message);
    expect(() => nat(inside, outside)).toThrow(expect.objectContaining({ code: "PLAN_INVALID" }));
  });

  it("refuses an empty list of ranges", () => {
    expect(() => DeterministicNat.of([], [rangeOf("192.0.2.0/32")])).toThrow(
      new NetworkFault(
        "PLAN_INVALID",
        "expected inside addresses; found none: write at least one prefix or range",
        ["inside"],
      ),
    );
  });

  it("refuses addresses outside of its ranges, and invalid ports", () => {
    const one = nat("10.0.0.0/31 10.0.0.8/31", "192.0.2.0/31");
    expect(() => blockOf(one, "10.0.0.2")).toThrow(
      new NetworkFault(
        "PLAN_INVALID",
        "expected an inside address of 10.0.0.0-10.0.0.1, 10.0.0.8-10.0.0.9; found 10.0.0.2: write one of them",
      ),
    );
    expect(() => ownerOf(one, "192.0.2.2", 1024)).toThrow(
      "expected an outside address of 192.0.2.0-192.0.2.1; found 192.0.2.2: write one of them",
    );
    for (const port of [-1, 65_536, 1024.5]) {
      expect(() => ownerOf(one, "192.0.2.0", port)).toThrow(
        new NetworkFault(
          "PLAN_INVALID",
          `expected a port from 0 to 65535; found ${port}: write a whole number`,
        ),
      );
    }
  });

  it("gives each subscriber the block of a simple calculation, and maps each port back to its subscriber", () => {
    const facts = fc.record({
      inside: fc.integer({ min: 1, max: 40 }),
      outside: fc.integer({ min: 1, max: 5 }),
      ports: fc.integer({ min: 1, max: 60 }),
      given: fc.option(fc.integer({ min: 1, max: 20 }), { nil: undefined }),
    });
    fc.assert(
      fc.property(facts, ({ inside, outside, ports, given }) => {
        const span = (first: string, size: number) =>
          Range.of(IPAddress.parse(first), IPAddress.parse(first).plus(BigInt(size - 1)));
        const lastPort = 1023 + ports;
        const even = Math.ceil(inside / outside);
        const most = Math.floor(ports / even);
        fc.pre(most >= (given ?? 1));
        const one = DeterministicNat.of([span("100.64.0.0", inside)], [span("192.0.2.0", outside)], {
          lastPort,
          ...(given !== undefined && { portsPerSubscriber: given }),
        });
        const blocks = given === undefined ? even : Math.floor(ports / given);
        const owners = new Map<string, string>();
        for (const dealt of dealPorts(inside, outside, [1024, lastPort], given ?? most, blocks)) {
          const subscriber = `100.64.0.${dealt.inside}`;
          expect(blockOf(one, subscriber)).toBe(
            `192.0.2.${dealt.outside}:${dealt.ports[0]}-${dealt.ports.at(-1)}`,
          );
          for (const port of dealt.ports) owners.set(`192.0.2.${dealt.outside}:${port}`, subscriber);
        }
        expect(owners.size).toBe(inside * (given ?? most));
        for (let address = 0; address < outside; address += 1) {
          for (let port = 1020; port <= lastPort + 3; port += 1) {
            const owner = ownerOf(one, `192.0.2.${address}`, port);
            const dealt = owners.get(`192.0.2.${address}:${port}`);
            expect(owner.startsWith("100.") ? owner : undefined).toBe(dealt);
          }
        }
      }),
      runs(150),
    );
  });
});
