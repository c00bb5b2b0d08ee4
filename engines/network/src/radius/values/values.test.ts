import { describe, expect, it } from "vitest";
import { toHex } from "../../octets/to-hex.ts";
import type { ValueOfType } from "../attributes/attribute.ts";
import { fromHex } from "../octets/from-hex.ts";
import { decodeValue, type PlainType } from "./decode-value.ts";
import { encodeValue } from "./encode-value.ts";

describe("a value", () => {
  it.each<[PlainType, ValueOfType[PlainType], string]>([
    ["byte", 255, "ff"],
    ["short", 65535, "ffff"],
    ["signed", -5, "fffffffb"],
    ["signed", 2 ** 31 - 1, "7fffffff"],
    ["signed", -(2 ** 31), "80000000"],
    ["ethernet", "00:00:5e:00:53:01", "00005e005301"],
    ["ipv4-prefix", "192.0.2.0/24", "0018c0000200"],
    ["ipv4-prefix", "192.0.2.1/32", "0020c0000201"],
    ["ipv6-prefix", "2001:db8::1/128", "008020010db8000000000000000000000001"],
    ["interface-id", "0:0:0:1", "0000000000000001"],
  ])("of %s, %j, is %s", (type, value, hex) => {
    const octets = encodeValue(type, value as never);
    expect(octets === undefined ? octets : toHex(octets)).toBe(hex);
    expect(decodeValue(type, fromHex(hex))).toBe(value);
  });

  it.each<[PlainType, string]>([
    ["byte", ""],
    ["byte", "0001"],
    ["short", "01"],
    ["short", "000001"],
    ["signed", "0000000000"],
    ["integer64", "000000000000000001"],
    ["ethernet", "00005e0053"],
    ["ethernet", "00005e00530101"],
    ["ipv4-prefix", "0021c000020100"],
    ["ipv4-prefix", "0021c0000201"],
    ["ipv4-prefix", "0018c00002"],
    ["ipv6-prefix", "008120010db800000000000000000000000180"],
  ])("of %s is not %s", (type, hex) => {
    expect(decodeValue(type, fromHex(hex))).toBeUndefined();
  });

  it.each<[PlainType, ValueOfType[PlainType]]>([
    ["byte", 256],
    ["byte", -1],
    ["short", 65536],
    ["signed", 2 ** 31],
    ["signed", -(2 ** 31) - 1],
    ["integer64", -1n],
    ["ipv4-prefix", "2001:db8::/32"],
    ["ipv6", "192.0.2.1"],
  ])("of %s cannot be %s", (type, value) => {
    expect(encodeValue(type, value as never)).toBeUndefined();
  });
});
