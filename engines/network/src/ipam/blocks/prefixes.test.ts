import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../../../../base/testing/runs.ts";
import { IPAddress } from "../addresses/ip-address.ts";
import { Prefix } from "./prefix.ts";

const small = fc
  .record({ value: fc.bigInt(0n, 255n), length: fc.integer({ min: 24, max: 32 }) })
  .map(({ value, length }) => Prefix.containing(IPAddress.of(4, value), length));
const invalid = (message: string | RegExp) =>
  expect.objectContaining({ code: "PREFIX_INVALID", message: expect.stringMatching(message) });

describe("a prefix", () => {
  it.each([
    ["192.0.2.0/24", "192.0.2.0", "192.0.2.255", "255.255.255.0", 256n],
    ["0.0.0.0/0", "0.0.0.0", "255.255.255.255", "0.0.0.0", 2n ** 32n],
    ["192.0.2.7/32", "192.0.2.7", "192.0.2.7", "255.255.255.255", 1n],
    ["2001:DB8::/47", "2001:db8::", "2001:db8:1:ffff:ffff:ffff:ffff:ffff", "ffff:ffff:fffe::", 2n ** 81n],
    ["::/0", "::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "::", 2n ** 128n],
  ])("%s goes from %s to %s", (text, first, last, mask, size) => {
    const prefix = Prefix.parse(text);
    expect([prefix.first, prefix.last, prefix.mask].map(String)).toEqual([first, last, mask]);
    expect(prefix.size).toBe(size);
    expect(JSON.stringify(prefix)).toBe(JSON.stringify(text.toLowerCase()));
    expect([prefix.family, prefix.bits]).toEqual(text.includes(":") ? [6, 128] : [4, 32]);
  });

  it.each([
    [
      "192.0.2.9/24",
      /first 24; found 192\.0\.2\.9\/24: write "192\.0\.2\.0\/24" for the prefix, "192\.0\.2\.9" for the address/,
    ],
    ["2001:db8::1/64", /write "2001:db8::\/64" for the prefix/],
    ["192.0.2.0/33", /length of IPv4 from 0 to 32; found 33: write one/],
    ["::/129", /length of IPv6 from 0 to 128; found 129/],
    ["192.0.2.0/024", /such as "192\.0\.2\.0\/24".*found "192\.0\.2\.0\/024": write an address, a slash/],
    ["192.0.2.0/255.255.255.0", /expected a prefix/],
    ["192.0.2.0/", /expected a prefix/],
    ["192.0.2.0/-1", /expected a prefix/],
    ["192.0.2.0/24 ", /expected a prefix/],
    ["192.0.2.0/1111", /expected a prefix/],
    ["192.0.2.0/24/24", /expected a prefix/],
    ["192.0.2.0", /expected a prefix/],
  ])("refuses %j", (text, message) => {
    expect(() => Prefix.parse(text)).toThrow(invalid(message));
  });

  it("refuses a text without an address before the slash, and a length that is not a whole number", () => {
    expect(() => Prefix.parse("fe80::%1/64")).toThrow(expect.objectContaining({ code: "ADDRESS_INVALID" }));
    expect(() => Prefix.of(IPAddress.parse("::"), 1.5)).toThrow(invalid(/found 1\.5/));
    expect(() => Prefix.of(IPAddress.parse("::"), Number.NaN)).toThrow(invalid(/found NaN/));
    expect(() => Prefix.containing(IPAddress.parse("::"), -1)).toThrow(invalid(/found -1/));
  });

  it("is found for an address in it", () => {
    expect(`${Prefix.containing(IPAddress.parse("192.0.2.200"), 25)}`).toBe("192.0.2.128/25");
    expect(`${Prefix.host(IPAddress.parse("192.0.2.200"))}`).toBe("192.0.2.200/32");
    expect(`${Prefix.host(IPAddress.parse("::1"))}`).toBe("::1/128");
  });

  it.each([
    ["10.0.0.0/8", "10.255.255.255", true],
    ["10.0.0.0/8", "11.0.0.0", false],
    ["10.0.0.0/8", "9.255.255.255", false],
    ["0.0.0.0/0", "::", false],
    ["::/0", "10.0.0.1", false],
    ["::/0", "10.0.0.0/8", false],
    ["10.0.0.0/8", "10.0.0.0/8", true],
    ["10.0.0.0/8", "10.64.0.0/10", true],
    ["10.64.0.0/10", "10.0.0.0/8", false],
    ["10.0.0.0/10", "10.0.0.0/8", false],
    ["10.0.0.0/8", "11.0.0.0/8", false],
    ["192.0.2.7/32", "192.0.2.7", true],
    ["2001:db8::/32", "2001:db8:ffff::1", true],
    ["2001:db8::/32", "2001:db9::", false],
  ])("%s contains %s: %s", (outer, inner, contains) => {
    const other = inner.includes("/") ? Prefix.parse(inner) : IPAddress.parse(inner);
    expect(Prefix.parse(outer).contains(other)).toBe(contains);
  });

  it("contains and overlaps as the comparison of each address says", () => {
    const addresses = Array.from({ length: 256 }, (_, value) => IPAddress.of(4, BigInt(value)));
    const within = (prefix: Prefix) =>
      addresses.filter(({ value }) => value >= prefix.first.value && value <= prefix.last.value);
    fc.assert(
      fc.property(small, small, (one, other) => {
        const [mine, others] = [within(one), within(other)];
        expect(addresses.filter((address) => one.contains(address))).toEqual(mine);
        expect(one.contains(other)).toBe(others.every((address) => mine.includes(address)));
        expect(one.overlaps(other)).toBe(others.some((address) => mine.includes(address)));
        expect(one.equals(other)).toBe(one.toString() === other.toString());
      }),
      runs(500),
    );
  });

  it("is ordered by family, first address, and the containing prefix first", () => {
    const texts = ["::/0", "10.0.0.0/9", "10.0.0.0/8", "10.0.0.0/10", "9.0.0.0/32", "2001:db8::/32", "::/64"];
    const sorted = texts.map(Prefix.parse).sort((one, other) => one.compare(other));
    expect(sorted.map(String)).toEqual([
      "9.0.0.0/32",
      "10.0.0.0/8",
      "10.0.0.0/9",
      "10.0.0.0/10",
      "::/0",
      "::/64",
      "2001:db8::/32",
    ]);
    expect(Prefix.parse("::/0").compare(Prefix.parse("::/0"))).toBe(0);
  });

  it("has parents", () => {
    const prefix = Prefix.parse("192.0.2.128/25");
    expect([prefix.parent(), prefix.parent(16), prefix.parent(25), prefix.parent(0)].map(String)).toEqual([
      "192.0.2.0/24",
      "192.0.0.0/16",
      "192.0.2.128/25",
      "0.0.0.0/0",
    ]);
    expect(() => prefix.parent(26)).toThrow(invalid(/from 0 to 25; found 26/));
    expect(() => Prefix.parse("::/0").parent()).toThrow(invalid(/found -1/));
  });

  it("has children by index, which are computed and not stored", () => {
    const prefix = Prefix.parse("2001:db8::/32");
    expect([...prefix.children(34)].map(String)).toEqual([
      "2001:db8::/34",
      "2001:db8:4000::/34",
      "2001:db8:8000::/34",
      "2001:db8:c000::/34",
    ]);
    expect([...prefix.children(32)].map(String)).toEqual(["2001:db8::/32"]);
    expect(prefix.childCount(64)).toBe(2n ** 32n);
    expect(`${prefix.child(64, 2n ** 32n - 1n)}`).toBe("2001:db8:ffff:ffff::/64");
    for (const index of [-1n, 4n]) {
      expect(() => prefix.child(34, index)).toThrow(
        invalid(`index of a /34 in 2001:db8::/32, from 0 to 3; found ${index}: take one`),
      );
    }
    expect(() => prefix.child(31, 0n)).toThrow(invalid(/from 32 to 128; found 31/));
    expect(() => prefix.childCount(129)).toThrow(invalid(/from 32 to 128; found 129/));
  });

  it("has a next prefix until the family ends", () => {
    expect(`${Prefix.parse("10.0.0.0/8").next()}`).toBe("11.0.0.0/8");
    expect(`${Prefix.parse("2001:db8:ffff::/48").next()}`).toBe("2001:db9::/48");
    expect(Prefix.parse("255.255.255.0/24").next()).toBeUndefined();
    expect(Prefix.parse("::/0").next()).toBeUndefined();
  });
});
