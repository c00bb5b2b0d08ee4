import { describe, expect, it } from "vitest";
import { IPAddress } from "../addresses/ip-address.ts";
import type { AddressBlock } from "../blocks/address-block.ts";
import { Prefix } from "../blocks/prefix.ts";
import { Range } from "../blocks/range.ts";
import { usableRange } from "../blocks/usable-range.ts";
import { FreeSpace } from "./free-space.ts";
import { usableUtilization, utilizationOf } from "./utilization.ts";

function block(text: string): AddressBlock {
  if (text.includes("-")) return Range.parse(text);
  return text.includes("/") ? Prefix.parse(text) : IPAddress.parse(text);
}
const space = (parent: string, ...children: string[]) =>
  FreeSpace.of(Prefix.parse(parent), children.map(block));
const free = (of: FreeSpace) => [...of.prefixes()].map(String);
const fault = (code: string, message: string) =>
  expect.objectContaining({ code, message: expect.stringContaining(message) });

describe("free space", () => {
  it.each([
    ["nothing taken", [], ["10.0.0.0/24"]],
    ["all taken by one", ["10.0.0.0/24"], []],
    ["all taken by many", ["10.0.0.0/25", "10.0.0.128-10.0.0.254", "10.0.0.255"], []],
    ["a prefix", ["10.0.0.64/26"], ["10.0.0.0/26", "10.0.0.128/25"]],
    ["children in each other", ["10.0.0.5", "10.0.0.0/25", "10.0.0.3-10.0.0.9"], ["10.0.0.128/25"]],
    ["children that begin together", ["10.0.0.0/26", "10.0.0.0/25", "10.0.0.0"], ["10.0.0.128/25"]],
    ["children out of order that touch", ["10.0.0.128/25", "10.0.0.64/26"], ["10.0.0.0/26"]],
    [
      "an address given twice",
      ["10.0.0.0", "10.0.0.0"],
      [
        "10.0.0.1/32",
        "10.0.0.2/31",
        "10.0.0.4/30",
        "10.0.0.8/29",
        "10.0.0.16/28",
        "10.0.0.32/27",
        "10.0.0.64/26",
        "10.0.0.128/25",
      ],
    ],
    ["a range across a boundary", ["10.0.0.32-10.0.0.191"], ["10.0.0.0/27", "10.0.0.192/26"]],
  ])("has the fewest prefixes: %s", (_, children, prefixes) => {
    expect(free(space("10.0.0.0/24", ...children))).toEqual(prefixes);
  });

  it("is counted and listed as ranges", () => {
    const one = space("10.0.0.0/24", "10.0.0.4", "10.0.0.200/29", "10.0.0.4/31");
    expect([...one.ranges()].map(String)).toEqual([
      "10.0.0.0-10.0.0.3",
      "10.0.0.6-10.0.0.199",
      "10.0.0.208-10.0.0.255",
    ]);
    expect(one.size).toBe(246n);
    expect(one.parent).toEqual(Prefix.parse("10.0.0.0/24"));
  });

  it.each([
    ["10.0.1.0/24", "expected a child within 10.0.0.0/24; found 10.0.1.0/24: leave it out, or cut it"],
    ["10.0.0.0/23", "found 10.0.0.0/23"],
    ["10.0.0.250-10.0.1.1", "found 10.0.0.250-10.0.1.1"],
    ["9.255.255.255-10.0.0.1", "found 9.255.255.255-10.0.0.1"],
    ["::", "found ::"],
    ["::a00:0", "found ::a00:0"],
  ])("refuses a child that is not in the parent: %s", (child, message) => {
    expect(() => space("10.0.0.0/24", "10.0.0.1", child)).toThrow(fault("PLAN_INVALID", message));
  });

  it("says whether a block is free", () => {
    const one = space("10.0.0.0/24", "10.0.0.64/26", "10.0.0.255");
    const answers = [
      "10.0.0.0/26",
      "10.0.0.0/25",
      "10.0.0.63",
      "10.0.0.64",
      "10.0.0.127",
      "10.0.0.128",
      "10.0.0.255",
      "10.0.0.128-10.0.0.254",
      "10.0.0.100-10.0.0.130",
      "9.255.255.255-10.0.0.3",
      "10.0.1.0",
      "::a00:0",
    ];
    expect(answers.filter((text) => one.isFree(block(text)))).toEqual([
      "10.0.0.0/26",
      "10.0.0.63",
      "10.0.0.128",
      "10.0.0.128-10.0.0.254",
    ]);
  });
});

describe("the next prefix", () => {
  const gaps = ["10.0.0.0/29", "10.0.0.96/27", "10.0.0.160/28", "10.0.0.192/26"];

  it("is the lowest, or cut from the smallest free block with room", () => {
    const one = space("10.0.0.0/24", ...gaps);
    expect(free(one)).toEqual([
      "10.0.0.8/29",
      "10.0.0.16/28",
      "10.0.0.32/27",
      "10.0.0.64/27",
      "10.0.0.128/27",
      "10.0.0.176/28",
    ]);
    expect([26, 27, 28, 29, 30].map((length) => String(one.nextPrefix(length)))).toEqual([
      "undefined",
      "10.0.0.32/27",
      "10.0.0.16/28",
      "10.0.0.8/29",
      "10.0.0.8/30",
    ]);
    const tight = space("10.0.0.0/24", "10.0.0.128/26", "10.0.0.200/29");
    expect(String(tight.nextPrefix(29))).toBe("10.0.0.0/29");
    expect(String(tight.nextPrefix(29, "best"))).toBe("10.0.0.192/29");
    expect(String(tight.nextPrefix(26, "best"))).toBe("10.0.0.0/26");
    expect(tight.nextPrefix(24, "best")).toBeUndefined();
  });

  it("of n requested at once is the same as n taken one by one", () => {
    const one = space("10.0.0.0/24", ...gaps);
    expect(one.nextPrefixes(28, 4).map(String)).toEqual([
      "10.0.0.16/28",
      "10.0.0.32/28",
      "10.0.0.48/28",
      "10.0.0.64/28",
    ]);
    expect(one.nextPrefixes(28, 4, "best").map(String)).toEqual([
      "10.0.0.16/28",
      "10.0.0.176/28",
      "10.0.0.32/28",
      "10.0.0.48/28",
    ]);
    expect(one.nextPrefixes(28, 0)).toEqual([]);
    expect(one.nextPrefixes(28, 8)).toHaveLength(8);
    expect(one.room(28)).toBe(8n);
  });

  it("of n requested at once is refused when fewer are free", () => {
    expect(() => space("10.0.0.0/24", ...gaps).nextPrefixes(27, 4)).toThrow(
      fault(
        "SPACE_EXHAUSTED",
        "expected 4 free /27 in 10.0.0.0/24; found 3: ask for fewer or smaller ones, or elsewhere",
      ),
    );
    expect(() => space("10.0.0.0/24", "10.0.0.0/24").nextPrefixes(32, 1, "best")).toThrow(
      fault("SPACE_EXHAUSTED", "found 0"),
    );
  });

  it("may be the whole parent, and has a length within the parent's limits", () => {
    expect(String(space("2001:db8::/32").nextPrefix(32))).toBe("2001:db8::/32");
    for (const length of [31, 129, 64.5]) {
      expect(() => space("2001:db8::/32").nextPrefix(length)).toThrow(
        fault("PREFIX_INVALID", `length of IPv6 from 32 to 128; found ${length}`),
      );
      expect(() => space("2001:db8::/32").room(length)).toThrow(fault("PREFIX_INVALID", `found ${length}`));
    }
  });

  it.each([
    ["2001:db8::/32", ["2001:db8::/48", "2001:db8:2::1"], 48, 65_534n],
    ["10.0.0.0/24", ["10.0.0.1", "10.0.0.255"], 31, 126n],
    ["10.0.0.0/24", [], 24, 1n],
    ["0.0.0.0/0", ["0.0.0.0"], 1, 1n],
  ])("%s without %j has room for the number of /%s", (parent, children, length, room) => {
    expect(space(parent, ...children).room(length)).toBe(room);
  });
});

describe("the next address", () => {
  it.each([
    ["10.0.0.0/24", [], "10.0.0.1"],
    ["10.0.0.0/24", ["10.0.0.1-10.0.0.9"], "10.0.0.10"],
    ["10.0.0.0/30", ["10.0.0.1", "10.0.0.2"], "undefined"],
    ["10.0.0.0/31", ["10.0.0.0"], "10.0.0.1"],
    ["10.0.0.0/32", [], "10.0.0.0"],
    ["2001:db8::/64", [], "2001:db8::1"],
    ["2001:db8::/64", ["2001:db8::1-2001:db8::ffff"], "2001:db8::1:0"],
    ["2001:db8::/127", [], "2001:db8::"],
    ["2001:db8::/126", ["2001:db8::1-2001:db8::2"], "2001:db8::3"],
    ["2001:db8::/128", [], "2001:db8::"],
  ])("in %s without %j is %s", (parent, children, next) => {
    expect(String(space(parent, ...children).nextAddress())).toBe(next);
  });

  it("is searched in a given range, as for a pool or after an address", () => {
    const one = space("10.0.0.0/24", "10.0.0.0", "10.0.0.20-10.0.0.29");
    const within = (text: string) => String(one.nextAddress(Range.parse(text)));
    expect(within("10.0.0.0-10.0.0.255")).toBe("10.0.0.1");
    expect(within("10.0.0.20-10.0.0.255")).toBe("10.0.0.30");
    expect(within("10.0.0.25-10.0.0.29")).toBe("undefined");
    expect(within("10.0.0.25-10.0.0.30")).toBe("10.0.0.30");
    expect(within("10.0.0.255-10.0.0.255")).toBe("10.0.0.255");
    expect(within("10.0.1.0-10.0.1.9")).toBe("undefined");
    expect(within("::-::ffff:ffff")).toBe("undefined");
    expect(String(one.nextAddress(usableRange(one.parent, true)))).toBe("10.0.0.1");
  });

  it("of n requested at once is given n times, or refused when fewer are free", () => {
    const one = space("10.0.0.0/29", "10.0.0.2");
    expect(one.nextAddresses(3).map(String)).toEqual(["10.0.0.1", "10.0.0.3", "10.0.0.4"]);
    expect(one.nextAddresses(5)).toHaveLength(5);
    expect(one.nextAddresses(7, usableRange(one.parent, true))).toHaveLength(7);
    expect(() => one.nextAddresses(6)).toThrow(
      fault("SPACE_EXHAUSTED", "expected 6 free addresses in 10.0.0.1-10.0.0.6; found 5"),
    );
  });
});

describe("a changed space", () => {
  it("is a new value; the old value stays unchanged", () => {
    const before = space("10.0.0.0/24", "10.0.0.0/25");
    const after = before.without(block("10.0.0.160/27"));
    expect(free(after)).toEqual(["10.0.0.128/27", "10.0.0.192/26"]);
    expect([after.size, before.size]).toEqual([96n, 128n]);
    expect(free(before)).toEqual(["10.0.0.128/25"]);
  });

  it.each([
    ["at the start of a gap", "10.0.0.0/26", ["10.0.0.64/26", "10.0.0.128/25"]],
    [
      "at the end of a gap",
      "10.0.0.255",
      [
        "10.0.0.0/25",
        "10.0.0.128/26",
        "10.0.0.192/27",
        "10.0.0.224/28",
        "10.0.0.240/29",
        "10.0.0.248/30",
        "10.0.0.252/31",
        "10.0.0.254/32",
      ],
    ],
    ["the whole gap", "10.0.0.0/24", []],
  ])("is smaller by a block taken %s, and whole again when it is given back", (_, text, prefixes) => {
    const taken = space("10.0.0.0/24").without(block(text));
    expect(free(taken)).toEqual(prefixes);
    const whole = taken.with(block(text));
    expect([whole.size, free(whole)]).toEqual([256n, ["10.0.0.0/24"]]);
  });

  it("joins a returned block with free neighbours on either side, on both, or on none", () => {
    const one = space("10.0.0.0/24", "10.0.0.16-10.0.0.47", "10.0.0.128/25");
    const ranges = (text: string) => [...one.with(block(text)).ranges()].map(String);
    expect(ranges("10.0.0.16/28")).toEqual(["10.0.0.0-10.0.0.31", "10.0.0.48-10.0.0.127"]);
    expect(ranges("10.0.0.32/28")).toEqual(["10.0.0.0-10.0.0.15", "10.0.0.32-10.0.0.127"]);
    expect(ranges("10.0.0.16-10.0.0.47")).toEqual(["10.0.0.0-10.0.0.127"]);
    expect(ranges("10.0.0.255")).toEqual([
      "10.0.0.0-10.0.0.15",
      "10.0.0.48-10.0.0.127",
      "10.0.0.255-10.0.0.255",
    ]);
    expect(ranges("10.0.0.20")).toEqual([
      "10.0.0.0-10.0.0.15",
      "10.0.0.20-10.0.0.20",
      "10.0.0.48-10.0.0.127",
    ]);
  });

  it.each(["10.0.0.0/25", "10.0.0.5", "10.0.1.0/24", "::a00:10", "10.0.0.6-10.0.0.20"])(
    "refuses to take %s, which is not completely free",
    (text) => {
      expect(() => space("10.0.0.0/24", "10.0.0.0/28").without(block(text))).toThrow(
        fault(
          "PLAN_INVALID",
          `expected ${text} to be free in 10.0.0.0/24; found a part of it taken or outside: take`,
        ),
      );
    },
  );

  it.each(["10.0.0.0/25", "10.0.0.16", "10.0.0.255", "10.0.0.6-10.0.0.16", "10.0.0.15-10.0.0.20"])(
    "refuses to take back %s, which is partly free",
    (text) => {
      expect(() => space("10.0.0.0/24", "10.0.0.0/28").with(block(text))).toThrow(
        fault(
          "PLAN_INVALID",
          `expected ${text} to be taken in 10.0.0.0/24; found a part of it free: give back`,
        ),
      );
    },
  );

  it("refuses to take back blocks outside", () => {
    expect(() => space("10.0.0.0/24").with(block("10.0.1.0"))).toThrow(
      fault("PLAN_INVALID", "a child within"),
    );
  });
});

describe("usable addresses", () => {
  it.each([
    ["192.0.2.0/24", false, "192.0.2.1-192.0.2.254"],
    ["192.0.2.0/24", true, "192.0.2.0-192.0.2.255"],
    ["192.0.2.0/30", false, "192.0.2.1-192.0.2.2"],
    ["192.0.2.0/31", false, "192.0.2.0-192.0.2.1"],
    ["192.0.2.0/32", false, "192.0.2.0-192.0.2.0"],
    ["2001:db8::/64", false, "2001:db8::1-2001:db8::ffff:ffff:ffff:ffff"],
    ["2001:db8::/64", true, "2001:db8::-2001:db8::ffff:ffff:ffff:ffff"],
    ["2001:db8::/126", false, "2001:db8::1-2001:db8::3"],
    ["2001:db8::/127", false, "2001:db8::-2001:db8::1"],
    ["2001:db8::/128", false, "2001:db8::-2001:db8::"],
  ])("of %s (a pool: %s) are %s", (prefix, pool, range) => {
    expect(`${usableRange(Prefix.parse(prefix), pool)}`).toBe(range);
  });
});

describe("utilization", () => {
  it("counts an address once when several blocks contain it", () => {
    const one = space("192.0.2.0/24", "192.0.2.0/26", "192.0.2.5", "192.0.2.60-192.0.2.69");
    expect(utilizationOf(one)).toEqual({ total: 256n, used: 70n, free: 186n, basisPoints: 2734 });
  });

  it.each([
    [
      "192.0.2.0/24",
      ["192.0.2.1-192.0.2.254"],
      false,
      { total: 254n, used: 254n, free: 0n, basisPoints: 10_000 },
    ],
    ["192.0.2.0/24", ["192.0.2.0/25"], false, { total: 254n, used: 127n, free: 127n, basisPoints: 5000 }],
    ["192.0.2.0/24", ["192.0.2.0/25"], true, { total: 256n, used: 128n, free: 128n, basisPoints: 5000 }],
    ["192.0.2.0/24", ["192.0.2.0/24"], false, { total: 254n, used: 254n, free: 0n, basisPoints: 10_000 }],
    ["192.0.2.0/24", [], false, { total: 254n, used: 0n, free: 254n, basisPoints: 0 }],
    [
      "192.0.2.0/24",
      ["192.0.2.1-192.0.2.253"],
      false,
      { total: 254n, used: 253n, free: 1n, basisPoints: 9960 },
    ],
    ["192.0.2.0/31", ["192.0.2.0"], false, { total: 2n, used: 1n, free: 1n, basisPoints: 5000 }],
    ["2001:db8::/126", ["2001:db8::1"], false, { total: 3n, used: 1n, free: 2n, basisPoints: 3333 }],
  ])("of the usable addresses of %s with %j (a pool: %s)", (parent, children, pool, expected) => {
    expect(usableUtilization(space(parent, ...children), pool)).toEqual(expected);
  });

  it("is that of a parent that is not a pool by default", () => {
    expect(usableUtilization(space("192.0.2.0/24"))).toMatchObject({ total: 254n });
  });

  it("shows 100 % only when nothing is free", () => {
    const { basisPoints, free: left } = utilizationOf(space("10.0.0.0/8", "10.0.0.0-10.255.255.254"));
    expect([basisPoints, left]).toEqual([9999, 1n]);
  });
});
