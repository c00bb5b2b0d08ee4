import { isIP } from "node:net";
import fc from "fast-check";
import { Address6 } from "ip-address";
import { describe, expect, it } from "vitest";
import { runs } from "../../../../base/testing/runs.ts";
import { IPAddress } from "./ip-address.ts";

const address = fc.oneof(
  fc.bigInt(0n, 2n ** 32n - 1n).map((value) => IPAddress.of(4, value)),
  fc.bigInt(0n, 2n ** 128n - 1n).map((value) => IPAddress.of(6, value)),
  fc.array(fc.constantFrom(0n, 0n, 1n, 0xffffn, 0xab0n), { minLength: 8, maxLength: 8 }).map((groups) =>
    IPAddress.of(
      6,
      groups.reduce<bigint>((sum, group) => (sum << 16n) | group, 0n),
    ),
  ),
);

/** An address's text with some characters inserted, deleted or changed. */
const spoiled = fc
  .tuple(
    fc.oneof(
      address.map(String),
      fc.constantFrom("::ffff:192.0.2.33", "64:ff9b::192.0.2.1", "1:2:3:4:5:6:192.0.2.1", "1:2:3:4:5:6:7::"),
    ),
    fc.array(
      fc.tuple(fc.nat(45), fc.constantFrom(..."0129afA:.g%/ "), fc.constantFrom("put", "take", "change")),
      { maxLength: 3 },
    ),
  )
  .map(([text, changes]) =>
    changes.reduce((before, [place, character, how]) => {
      const at = place % (before.length + 1);
      const rest = before.slice(how === "put" ? at : at + 1);
      return before.slice(0, at) + (how === "take" ? "" : character) + rest;
    }, text),
  );

function reads(text: string): boolean {
  try {
    IPAddress.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe("an address", () => {
  it.each([
    ["0.0.0.0", 4, 0n],
    ["192.0.2.33", 4, 0xc0000221n],
    ["255.255.255.255", 4, 0xffffffffn],
    ["::", 6, 0n],
    ["2001:DB8::A", 6, (0x20010db8n << 96n) + 10n],
    ["::ffff:192.0.2.33", 6, 0xffffc0000221n],
    ["64:ff9b::192.0.2.33", 6, (0x64ff9bn << 96n) + 0xc0000221n],
  ])("reads %s as its value", (text, family, value) => {
    expect(IPAddress.parse(text)).toMatchObject({ family, value });
  });

  it.each([
    // RFC 5952: section 4.1, 4.2.1, 4.2.2, 4.2.3 (both examples), 4.3, section 5.
    ["2001:0db8::0001", "2001:db8::1"],
    ["2001:db8:0:0:0:0:2:1", "2001:db8::2:1"],
    ["2001:db8::1:1:1:1:1", "2001:db8:0:1:1:1:1:1"],
    ["2001:0:0:1:0:0:0:1", "2001:0:0:1::1"],
    ["2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"],
    ["2001:DB8::AAAA", "2001:db8::aaaa"],
    ["::ffff:c000:221", "::ffff:192.0.2.33"],
    // Not an IPv4-mapped address, so not dotted; and the longest parts that can be omitted.
    ["::192.0.2.33", "::c000:221"],
    ["::1:ffff:c000:221", "::1:ffff:c000:221"],
    ["1:0:0:0:0:0:0:0", "1::"],
    ["0:0:0:0:0:0:0:1", "::1"],
    ["1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"],
    ["0:2:3:4:5:6:7:0", "0:2:3:4:5:6:7:0"],
    ["100:20:3000:400:5:60:700:8000", "100:20:3000:400:5:60:700:8000"],
    ["192.0.2.1", "192.0.2.1"],
    ["200.100.50.255", "200.100.50.255"],
  ])("given as %s is printed in the form of RFC 5952", (text, printed) => {
    expect(JSON.stringify(IPAddress.parse(text))).toBe(`"${printed}"`);
  });

  it.each([
    [
      "192.0.02.1",
      'write "192.0.2.1" where the octets are decimal; some programs read a leading zero as octal',
    ],
    ["255.0.0.01", 'write "255.0.0.1" where'],
    ["00.0.0.0", 'write "0.0.0.0" where'],
    ["192.0.2.256", "write octets from 0 to 255"],
    ["192.0.2", "write all four octets in decimal"],
    ["0xc0.0.2.1", "write all four octets in decimal"],
    ["3221225985", "write all four octets in decimal"],
    ["", "write all four octets in decimal"],
    ["fe80::1%eth0", "write it without the zone id"],
    ["192.0.2.1/24", "write it without the prefix length"],
    ["::1/128", "write it without the prefix length"],
    ["[::1]", "write it without brackets"],
    [" ::1", "write it without spaces"],
    ["192.0.2.1\n", "write it without spaces"],
    ["1::2::3", 'write up to eight groups of one to four hexadecimal digits, with "::" at most once'],
    ["1:2:3:4:5:6:7::8", "write up to eight groups"],
    ["12345::", "write up to eight groups"],
    [
      "::ffff:192.0.02.1",
      'write "::ffff:192.0.2.1" where the octets are decimal; some programs read a leading zero as octal',
    ],
    ["::ffff:010.0.0.1", 'write "::ffff:10.0.0.1" where'],
    ["64:ff9b::192.0.2.256", "write octets from 0 to 255"],
    ["0:0:0:0:fffe:192.0.2.1", "write up to eight groups"],
    ["::g", "write up to eight groups"],
  ])("refuses %j with advice", (text, remedy) => {
    const message = `expected an IPv4 or IPv6 address, such as "192.0.2.1" or "2001:db8::1"; found ${JSON.stringify(text)}: ${remedy}`;
    expect(() => IPAddress.parse(text)).toThrow(
      expect.objectContaining({ code: "ADDRESS_INVALID", message: expect.stringContaining(message) }),
    );
  });

  it("has one text, which reads as itself and is the shortest that the library accepts", () => {
    fc.assert(
      fc.property(address, (one) => {
        const text = one.toString();
        expect(IPAddress.parse(text)).toEqual(one);
        if (one.family === 6 && !text.includes(".")) expect(new Address6(text).correctForm()).toBe(text);
      }),
      runs(2000),
    );
  });

  it("is read from exactly the texts that Node accepts, except zone ids", () => {
    fc.assert(
      fc.property(spoiled, (text) => {
        expect(reads(text)).toBe(isIP(text) !== 0 && !text.includes("%"));
      }),
      runs(20_000),
    );
  });

  it("refuses a value outside of its family", () => {
    expect(IPAddress.of(4, 2n ** 32n - 1n).bits).toBe(32);
    expect(IPAddress.of(6, 2n ** 128n - 1n).bits).toBe(128);
    for (const [family, value] of [
      [4, -1n],
      [4, 2n ** 32n],
      [6, 2n ** 128n],
    ] as const) {
      expect(() => IPAddress.of(family, value)).toThrow(
        expect.objectContaining({
          code: "ADDRESS_INVALID",
          message: expect.stringMatching(
            new RegExp(
              `of ${family === 4 ? 32 : 128} bits for an IPv${family} address; found ${value}: stay`,
            ),
          ),
        }),
      );
    }
  });

  it("is the same in bytes, in network order", () => {
    expect([...IPAddress.parse("192.0.2.33").toBytes()]).toEqual([192, 0, 2, 33]);
    expect([...IPAddress.parse("2001:db8::ff").toBytes()]).toEqual([
      0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255,
    ]);
    fc.assert(
      fc.property(address, (one) => {
        expect(IPAddress.fromBytes(one.toBytes())).toEqual(one);
      }),
      runs(300),
    );
    expect(() => IPAddress.fromBytes(new Uint8Array(5))).toThrow(
      expect.objectContaining({ code: "ADDRESS_INVALID", message: expect.stringContaining("found 5: pass") }),
    );
  });

  it("has a next address until the family ends", () => {
    expect(`${IPAddress.parse("10.0.0.255").plus(1n)}`).toBe("10.0.1.0");
    expect(`${IPAddress.parse("2001:db8::").plus(-1n)}`).toBe("2001:db7:ffff:ffff:ffff:ffff:ffff:ffff");
    expect(() => IPAddress.parse("255.255.255.255").plus(1n)).toThrow(/32 bits/);
  });

  it("is ordered by family, then by value", () => {
    const texts = ["::", "10.0.0.1", "2001:db8::", "9.255.255.255", "255.0.0.0", "::1"];
    const sorted = texts.map(IPAddress.parse).sort((one, other) => one.compare(other));
    expect(sorted.map(String)).toEqual(["9.255.255.255", "10.0.0.1", "255.0.0.0", "::", "::1", "2001:db8::"]);
    expect(IPAddress.parse("::1").compare(IPAddress.parse("0::1"))).toBe(0);
    expect(IPAddress.parse("::1").equals(IPAddress.parse("0::1"))).toBe(true);
    expect(IPAddress.parse("0.0.0.1").equals(IPAddress.parse("::1"))).toBe(false);
  });
});
