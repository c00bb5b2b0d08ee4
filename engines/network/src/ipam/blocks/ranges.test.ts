import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../../../../base/testing/runs.ts";
import { IPAddress } from "../addresses/ip-address.ts";
import { Prefix } from "./prefix.ts";
import { Range } from "./range.ts";

const small = fc
  .tuple(fc.bigInt(0n, 63n), fc.bigInt(0n, 63n))
  .map(([one, other]) => (one < other ? [one, other] : [other, one]))
  .map(([first = 0n, last = 0n]) => Range.of(IPAddress.of(4, first), IPAddress.of(4, last)));
const invalid = (message: string) =>
  expect.objectContaining({ code: "RANGE_INVALID", message: expect.stringContaining(message) });

describe("a range", () => {
  it("is read, measured and printed with both its ends", () => {
    const range = Range.parse("192.0.2.10-192.0.2.99");
    expect([range.size, range.family, JSON.stringify(range)]).toEqual([90n, 4, '"192.0.2.10-192.0.2.99"']);
    expect(Range.parse("2001:DB8::1-2001:db8::1").size).toBe(1n);
    expect(`${Range.ofPrefix(Prefix.parse("192.0.2.0/30"))}`).toBe("192.0.2.0-192.0.2.3");
  });

  it.each([
    [
      "192.0.2.9-192.0.2.1",
      'first address before the last; found 192.0.2.9-192.0.2.1: write "192.0.2.1-192.0.2.9"',
    ],
    ["192.0.2.9-2001:db8::", "one family; found 192.0.2.9 and 2001:db8::: write a range for each family"],
    ["192.0.2.9", 'such as "192.0.2.10-192.0.2.99"; found "192.0.2.9": write its first and last address'],
    ["192.0.2.1-192.0.2.2-192.0.2.3", "expected a range"],
  ])("refuses %j", (text, message) => {
    expect(() => Range.parse(text)).toThrow(invalid(message));
  });

  it("refuses ends that are not addresses", () => {
    expect(() => Range.parse("192.0.2.1-20")).toThrow(expect.objectContaining({ code: "ADDRESS_INVALID" }));
    expect(() => Range.parse("192.0.2.1 - 192.0.2.9")).toThrow(/without spaces/);
  });

  it.each([
    ["192.0.2.1-192.0.2.6", ["192.0.2.1/32", "192.0.2.2/31", "192.0.2.4/31", "192.0.2.6/32"]],
    ["192.0.2.0-192.0.2.255", ["192.0.2.0/24"]],
    ["192.0.2.128-192.0.3.127", ["192.0.2.128/25", "192.0.3.0/25"]],
    ["0.0.0.0-255.255.255.255", ["0.0.0.0/0"]],
    ["::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", ["::/0"]],
    ["2001:db8::-2001:db8::2", ["2001:db8::/127", "2001:db8::2/128"]],
  ])("%s is made up of the fewest prefixes", (text, prefixes) => {
    expect([...Range.parse(text).prefixes()].map(String)).toEqual(prefixes);
  });

  it("never needs more prefixes than twice the bits, for any number of addresses", () => {
    const worst = Range.parse("::1-ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe");
    expect([...worst.prefixes()]).toHaveLength(2 * 127);
  });

  it("contains and overlaps as the comparison of each address says", () => {
    const addresses = Array.from({ length: 64 }, (_, value) => IPAddress.of(4, BigInt(value)));
    fc.assert(
      fc.property(small, small, (one, other) => {
        const [mine, others] = [one, other].map((range) =>
          addresses.filter(({ value }) => value >= range.first.value && value <= range.last.value),
        ) as [IPAddress[], IPAddress[]];
        expect(addresses.filter((address) => one.contains(address))).toEqual(mine);
        expect(one.contains(other)).toBe(others.every((address) => mine.includes(address)));
        expect(one.overlaps(other)).toBe(others.some((address) => mine.includes(address)));
        expect([...one.prefixes()].flatMap((prefix) => addresses.filter((a) => prefix.contains(a)))).toEqual(
          mine,
        );
      }),
      runs(500),
    );
  });

  it.each([
    ["192.0.2.10-192.0.2.20", true],
    ["192.0.2.1-192.0.2.10", true],
    ["192.0.2.20-192.0.2.30", true],
    ["192.0.2.1-192.0.2.99", true],
    ["192.0.2.12-192.0.2.13", true],
    ["192.0.2.1-192.0.2.9", false],
    ["192.0.2.21-192.0.2.30", false],
  ])("192.0.2.10-192.0.2.20 overlaps %s: %s", (text, overlaps) => {
    expect(Range.parse("192.0.2.10-192.0.2.20").overlaps(Range.parse(text))).toBe(overlaps);
  });

  it("overlaps no range of another family", () => {
    const [four, six] = [Range.parse("0.0.0.0-255.255.255.255"), Range.parse("::-::ffff")];
    expect([four.contains(six), four.overlaps(six), six.contains(Prefix.parse("0.0.0.0/24"))]).toEqual([
      false,
      false,
      false,
    ]);
    expect([six.contains(Prefix.parse("::/112")), six.overlaps(Prefix.parse("::/64"))]).toEqual([true, true]);
  });

  it("is ordered by family, first address, and the containing range first", () => {
    const texts = ["::-::1", "10.0.0.1-10.0.0.2", "10.0.0.0-10.0.0.2", "10.0.0.0-10.0.0.9"];
    const sorted = texts.map(Range.parse).sort((one, other) => one.compare(other));
    expect(sorted.map(String)).toEqual([
      "10.0.0.0-10.0.0.9",
      "10.0.0.0-10.0.0.2",
      "10.0.0.1-10.0.0.2",
      "::-::1",
    ]);
    expect(Range.parse("::-::1").equals(Range.parse("::-::1"))).toBe(true);
    expect(Range.parse("::-::1").equals(Range.parse("::-::2"))).toBe(false);
  });
});
