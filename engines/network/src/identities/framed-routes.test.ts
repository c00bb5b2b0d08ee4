import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../../../base/testing/runs.ts";
import { IPAddress } from "../ipam/addresses/ip-address.ts";
import { Prefix } from "../ipam/blocks/prefix.ts";
import { FramedRoute } from "./framed-route.ts";

describe("a framed route", () => {
  it.each<[string, string, string | undefined, number[]]>([
    // RFC 2865 section 5.22.
    ["192.168.1.0/24 192.168.1.1 1 2 -1 3 400", "192.168.1.0/24", "192.168.1.1", [1, 2, -1, 3, 400]],
    // RFC 3162 section 2.5.
    [
      "2000:0:0:106::/64 2000::106:a00:20ff:fe99:a998 1",
      "2000:0:0:106::/64",
      "2000::106:a00:20ff:fe99:a998",
      [1],
    ],
    ["192.0.2.0/24 0.0.0.0 1", "192.0.2.0/24", undefined, [1]],
    ["2001:db8:106::/64 :: 1", "2001:db8:106::/64", undefined, [1]],
    ["192.168.1.0 192.168.1.1 1", "192.168.1.0/24", "192.168.1.1", [1]],
    ["10.0.0.0 192.0.2.1 5", "10.0.0.0/8", "192.0.2.1", [5]],
    ["127.0.0.0 192.0.2.1 5", "127.0.0.0/8", "192.0.2.1", [5]],
    ["128.1.0.0 192.0.2.1 5", "128.1.0.0/16", "192.0.2.1", [5]],
    ["191.1.0.0 192.0.2.1 5", "191.1.0.0/16", "192.0.2.1", [5]],
    ["192.1.1.0 192.0.2.1 5", "192.1.1.0/24", "192.0.2.1", [5]],
    ["223.1.1.0 192.0.2.1 4294967295", "223.1.1.0/24", "192.0.2.1", [4294967295]],
  ])("%s is read", (text, destination, gateway, metrics) => {
    const route = FramedRoute.parse(text);
    expect(String(route.destination)).toBe(destination);
    expect(route.gateway?.toString()).toBe(gateway);
    expect(route.metrics).toEqual(metrics);
  });

  it("is printed with its length, and JSON too", () => {
    const route = FramedRoute.parse("192.168.1.0 192.168.1.1 1 2 -1");
    expect(String(route)).toBe("192.168.1.0/24 192.168.1.1 1 2 -1");
    expect(JSON.stringify([route])).toBe('["192.168.1.0/24 192.168.1.1 1 2 -1"]');
  });

  it("goes through the customer's own address by default", () => {
    expect(String(FramedRoute.of(Prefix.parse("192.0.2.0/24")))).toBe("192.0.2.0/24 0.0.0.0 1");
    expect(String(FramedRoute.of(Prefix.parse("2001:db8::/56")))).toBe("2001:db8::/56 :: 1");
    expect(FramedRoute.of(Prefix.parse("192.0.2.0/24"), IPAddress.parse("0.0.0.0")).gateway).toBeUndefined();
  });

  it.each([
    ["", "expected a route, such as"],
    ["192.0.2.0/24", "write destination, gateway and metrics with one space between"],
    ["192.0.2.0/24 192.0.2.1", 'found "192.0.2.0/24 192.0.2.1"'],
    ["192.0.2.0/24 192.0.2.1 x", "expected a route"],
    ["192.0.2.0/24 192.0.2.1 1x", "expected a route"],
    ["192.0.2.0/24 192.0.2.1 x1", "expected a route"],
    ["192.0.2.0/24 192.0.2.1 1 x", "expected a route"],
    ["192.0.2.0/24  192.0.2.1 1", "expected a route"],
    ["192.0.2.1/24 192.0.2.1 1", 'write "192.0.2.0/24" for the prefix'],
    ["224.0.0.0 192.0.2.1 1", 'whose class has none: write "224.0.0.0/32" for this address alone'],
    ["100:: :: 1", "expected a destination with its prefix length; found 100::, whose class has none"],
    ["2001:db8:: :: 1", 'whose class has none: write "2001:db8::/128" for this address alone'],
    ["192.0.2.0/24 :: 1", "expected a gateway of IPv4 for 192.0.2.0/24; found ::: write one of that family"],
    [
      "192.0.2.0/24 192.0.2.1 -2",
      "expected one or more whole metrics from -1 to 4294967295 for 192.0.2.0/24; found [-2]: write 1",
    ],
    ["192.0.2.0/24 192.0.2.1 4294967296", "found [4294967296]"],
    ["192.0.2.0/24 192.0.2.1 1 -2", "found [1,-2]"],
    ["192.0.2.0", "expected a route"],
  ])("%j is refused", (text, message) => {
    expect(() => FramedRoute.parse(text)).toThrow(
      expect.objectContaining({
        code: text.startsWith("192.0.2.1/24") ? "PREFIX_INVALID" : "IDENTITY_INVALID",
        message: expect.stringContaining(message),
      }),
    );
  });

  it.each([[[]], [[1.5]]])("has whole metrics, at least one: not %j", (metrics) => {
    expect(() => FramedRoute.of(Prefix.parse("192.0.2.0/24"), undefined, metrics)).toThrow(
      "one or more whole metrics",
    );
  });

  it("is printed in a form that reads back as the same", () => {
    const prefix = fc
      .tuple(fc.bigInt({ min: 0n, max: (1n << 128n) - 1n }), fc.nat(128))
      .map(([value, length]) => Prefix.containing(IPAddress.of(6, value), length));
    fc.assert(
      fc.property(prefix, fc.array(fc.nat(1_000), { minLength: 1, maxLength: 4 }), (destination, metrics) => {
        const route = FramedRoute.of(destination, destination.first, metrics);
        expect(FramedRoute.parse(String(route))).toEqual(route);
      }),
      runs(300),
    );
  });
});
