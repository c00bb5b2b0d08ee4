import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../../../../base/testing/runs.ts";
import { pointerByText } from "../../../oracle/plans/reverse-oracle.ts";
import { IPAddress } from "../../ipam/addresses/ip-address.ts";
import { Prefix } from "../../ipam/blocks/prefix.ts";
import { parseReverseName } from "./parse-reverse-name.ts";
import { pointerName } from "./pointer-name.ts";
import { reverseZones } from "./reverse-zones.ts";

const names = (prefix: string) => reverseZones(Prefix.parse(prefix)).map(({ name }) => name);

/** The address of a PTR record's name; undefined for the name of a zone. */
const pointed = (name: string) => {
  const { first, length, bits } = parseReverseName(name);
  return length === bits ? first : undefined;
};

const octets = fc.array(fc.nat(255), { minLength: 4, maxLength: 4 });
const groups = fc.array(fc.nat(65_535), { minLength: 8, maxLength: 8 });
const addressOf = (parts: readonly number[]) =>
  IPAddress.parse(parts.length === 4 ? parts.join(".") : parts.map((group) => group.toString(16)).join(":"));

describe("the PTR name of an address", () => {
  it.each([
    // RFC 1035, section 3.5.
    ["10.2.0.52", "52.0.2.10.in-addr.arpa"],
    // RFC 3596, section 2.5.
    ["4321:0:1:2:3:4:567:89ab", "b.a.9.8.7.6.5.0.4.0.0.0.3.0.0.0.2.0.0.0.1.0.0.0.0.0.0.0.1.2.3.4.ip6.arpa"],
    ["0.0.0.0", "0.0.0.0.in-addr.arpa"],
    ["255.255.255.255", "255.255.255.255.in-addr.arpa"],
  ])("of %s is %s", (address, name) => {
    expect(pointerName(IPAddress.parse(address))).toBe(name);
    expect(pointed(name)?.toString()).toBe(address);
  });

  it("is read back as the address, also in capitals and with a dot at its end", () => {
    fc.assert(
      fc.property(fc.oneof(octets, groups), (parts) => {
        const address = addressOf(parts);
        const name = pointerName(address);
        expect(name).toBe(pointerByText(parts));
        expect(pointed(name)?.equals(address)).toBe(true);
        expect(pointed(`${name.toUpperCase()}.`)?.equals(address)).toBe(true);
      }),
      runs(500),
    );
  });
});

describe("the zones of a prefix", () => {
  it.each<[string, string[]]>([
    ["0.0.0.0/0", ["in-addr.arpa"]],
    ["::/0", ["ip6.arpa"]],
    ["10.0.0.0/8", ["10.in-addr.arpa"]],
    ["192.0.2.0/24", ["2.0.192.in-addr.arpa"]],
    ["198.51.100.0/23", ["100.51.198.in-addr.arpa", "101.51.198.in-addr.arpa"]],
    ["10.16.0.0/14", ["16.10", "17.10", "18.10", "19.10"].map((labels) => `${labels}.in-addr.arpa`)],
    ["2001:db8::/32", ["8.b.d.0.1.0.0.2.ip6.arpa"]],
    ["2001:db8::/31", ["8.b.d.0.1.0.0.2.ip6.arpa", "9.b.d.0.1.0.0.2.ip6.arpa"]],
    ["2001:db8:12::/47", ["2.1.0.0.8.b.d.0.1.0.0.2.ip6.arpa", "3.1.0.0.8.b.d.0.1.0.0.2.ip6.arpa"]],
    ["192.0.2.7/32", ["7.2.0.192.in-addr.arpa"]],
  ])("%s are %j", (prefix, zones) => {
    expect(names(prefix)).toEqual(zones);
  });

  it("are at most 128 of IPv4 and 8 of IPv6", () => {
    expect(
      [names("10.0.0.0/9"), names("10.0.0.0/17"), names("2001:db8::/33")].map(({ length }) => length),
    ).toEqual([128, 128, 8]);
  });

  it("of a whole number of labels need no records in the parent zone", () => {
    expect(reverseZones(Prefix.parse("192.0.2.0/24"))).toEqual([
      { name: "2.0.192.in-addr.arpa", prefix: Prefix.parse("192.0.2.0/24") },
    ]);
  });

  // RFC 2317, section 4: the examples 0/25, 128/26 and 192/26 in 2.0.192.in-addr.arpa.
  it.each([
    ["192.0.2.0/25", "0/25", 128, "0", "127"],
    ["192.0.2.128/26", "128/26", 64, "128", "191"],
    ["192.0.2.192/26", "192/26", 64, "192", "255"],
    ["192.0.2.254/31", "254/31", 2, "254", "255"],
  ])("%s longer than /24 are the classless %s", (prefix, label, count, first, last) => {
    const [zone, ...more] = reverseZones(Prefix.parse(prefix));
    const name = `${label}.2.0.192.in-addr.arpa`;
    expect(more).toEqual([]);
    expect(zone).toMatchObject({ name, prefix: Prefix.parse(prefix), parent: "2.0.192.in-addr.arpa" });
    expect(zone?.aliases).toHaveLength(count);
    expect(zone?.aliases?.[0]).toEqual({
      name: `${first}.2.0.192.in-addr.arpa`,
      target: `${first}.${name}`,
    });
    expect(zone?.aliases?.at(-1)).toEqual({
      name: `${last}.2.0.192.in-addr.arpa`,
      target: `${last}.${name}`,
    });
  });

  it("may have a hyphen instead of the slash", () => {
    const [zone] = reverseZones(Prefix.parse("192.0.2.128/26"), "-");
    expect(zone?.name).toBe("128-26.2.0.192.in-addr.arpa");
    expect(zone?.aliases?.[1]?.target).toBe("129.128-26.2.0.192.in-addr.arpa");
  });

  it("cover the prefix without a gap, and their names are read back", () => {
    const prefixes = fc.oneof(
      fc.tuple(octets.map(addressOf), fc.nat(32)),
      fc.tuple(groups.map(addressOf), fc.nat(128)),
    );
    fc.assert(
      fc.property(prefixes, fc.constantFrom("/" as const, "-" as const), ([address, length], mark) => {
        const prefix = Prefix.containing(address, length);
        const zones = reverseZones(prefix, mark);
        let next = prefix.first.value;
        for (const zone of zones) {
          expect(zone.prefix.first.value).toBe(next);
          expect(parseReverseName(zone.name).equals(zone.prefix)).toBe(true);
          next = zone.prefix.last.value + 1n;
        }
        expect(next).toBe(prefix.last.value + 1n);
        const classless = prefix.family === 4 && length > 24 && length < 32;
        expect(zones.flatMap(({ aliases = [] }) => aliases)).toHaveLength(classless ? 2 ** (32 - length) : 0);
        for (const { name, target } of zones.flatMap(({ aliases = [] }) => aliases)) {
          expect(pointed(name)).toBeDefined();
          expect(pointed(target)).toEqual(pointed(name));
        }
      }),
      runs(300),
    );
  });
});

describe("a name of a reverse tree", () => {
  it.each([
    ["in-addr.arpa", "0.0.0.0/0"],
    ["IP6.ARPA.", "::/0"],
    ["2.0.192.in-addr.arpa", "192.0.2.0/24"],
    ["64/26.2.0.192.in-addr.arpa", "192.0.2.64/26"],
    ["64-26.2.0.192.in-addr.arpa", "192.0.2.64/26"],
    ["65.64/26.2.0.192.in-addr.arpa", "192.0.2.65/32"],
    ["127.64/26.2.0.192.in-addr.arpa", "192.0.2.127/32"],
    ["8.b.d.0.1.0.0.2.ip6.arpa", "2001:db8::/32"],
  ])("%s is %s", (name, prefix) => {
    expect(parseReverseName(name).toString()).toBe(prefix);
  });

  it.each([
    "",
    "example.net",
    "arpa",
    "xin-addr.arpa",
    "1.in-addrxarpa",
    ".in-addr.arpa",
    "256.in-addr.arpa",
    "01.in-addr.arpa",
    "1000.in-addr.arpa",
    "a.in-addr.arpa",
    "1.2.3.4.5.in-addr.arpa",
    "2.0.192.in-addr.arpa..",
    "65/26.2.0.192.in-addr.arpa",
    "64/24.2.0.192.in-addr.arpa",
    "64/32.2.0.192.in-addr.arpa",
    "256/26.2.0.192.in-addr.arpa",
    "x64/26.2.0.192.in-addr.arpa",
    "64/261.2.0.192.in-addr.arpa",
    "63.64/26.2.0.192.in-addr.arpa",
    "128.64/26.2.0.192.in-addr.arpa",
    "x.64/26.2.0.192.in-addr.arpa",
    "1.65.64/26.2.0.192.in-addr.arpa",
    "64/26.0.192.in-addr.arpa",
    "64/26.300.0.192.in-addr.arpa",
    "10.ip6.arpa",
    "g.ip6.arpa",
    "1.g.ip6.arpa",
    "-1.ip6.arpa",
    `${"0.".repeat(33)}ip6.arpa`,
  ])("is not %j, and the refusal shows an example", (name) => {
    expect(() => parseReverseName(name)).toThrow(expect.objectContaining({ code: "PLAN_INVALID" }));
    expect(() => parseReverseName(name)).toThrow(
      `expected a name such as "7.2.0.192.in-addr.arpa", "64/26.2.0.192.in-addr.arpa" or "8.b.d.0.1.0.0.2.ip6.arpa"; found ${JSON.stringify(name)}: write an address's or a prefix's octets or nibbles, the last one first`,
    );
  });

  it.each([
    ["2.0.192.in-addr.arpa", "192.0.2.0/24"],
    ["64/26.2.0.192.in-addr.arpa", "192.0.2.64/26"],
    ["8.b.d.0.1.0.0.2.ip6.arpa", "2001:db8::/32"],
  ])("%s does not name a single address", (name, prefix) => {
    expect(parseReverseName(name).toString()).toBe(prefix);
  });
});
