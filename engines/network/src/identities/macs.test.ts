import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../../../base/testing/runs.ts";
import { MacAddress } from "../ipam/addresses/mac-address.ts";
import { readStationMac } from "./read-station-mac.ts";
import { macSpellings, spellMac } from "./spell-mac.ts";

const mac = MacAddress.parse("00:0c:29:83:c0:bb");

describe("a station's MAC address", () => {
  it.each([
    ["colon-lower", "00:0c:29:83:c0:bb"],
    ["colon-upper", "00:0C:29:83:C0:BB"],
    ["hyphen-lower", "00-0c-29-83-c0-bb"],
    ["hyphen-upper", "00-0C-29-83-C0-BB"],
    ["dot-lower", "000c.2983.c0bb"],
    ["dot-upper", "000C.2983.C0BB"],
    ["plain-lower", "000c2983c0bb"],
    ["plain-upper", "000C2983C0BB"],
    ["quad-lower", "000c-2983-c0bb"],
    ["quad-upper", "000C-2983-C0BB"],
  ] as const)("is spelled %s as %s, and read from it", (spelling, text) => {
    expect(spellMac(mac, spelling)).toBe(text);
    expect(readStationMac(text)).toEqual(mac);
  });

  it.each([
    ["0:c:29:83:c0:bb", "without leading zeros"],
    ["0-c-29-83-c0-bb", "without leading zeros, hyphened"],
    ["00 0c 29 83 c0 bb", "with spaces"],
    ["000c:2983:c0bb", "in three groups with colons"],
    ["000c29-83c0bb", "in two groups (HP)"],
    ["000c29:83c0bb", "in two groups with a colon"],
    ["1:0:c:29:83:c0:bb", "as a DHCP client id (RouterOS)"],
    ["01:00:0c:29:83:c0:bb", "as a DHCP client id of two digits each"],
    ["01-00-0C-29-83-C0-BB", "as a hyphened DHCP client id"],
    [" 00:0c:29:83:c0:bb\n", "with space around"],
  ])("is read from %j, %s", (text) => {
    expect(readStationMac(text)).toEqual(mac);
  });

  it("is not taken as a client id when it begins with 01 itself", () => {
    expect(() => readStationMac("01:00:0c:29:83:c0")).toThrow("the MAC address of one station");
  });

  it.each([
    ["ff:ff:ff:ff:ff:ff", "IDENTITY_INVALID"],
    ["00:00:00:00:00:00", "IDENTITY_INVALID"],
    ["00:0c:29:83:c0", "MAC_INVALID"],
    ["00:0c:29:83:c0:bb:cc", "MAC_INVALID"],
    ["00:0c:29:83:c0:b-b", "MAC_INVALID"],
    ["x00:0c:29:83:c0:bb", "MAC_INVALID"],
    ["x0:c:29:83:c0:bb", "MAC_INVALID"],
    ["0:c:29:83:c0:bbx", "MAC_INVALID"],
    ["x0-c-29-83-c0-bb", "MAC_INVALID"],
    ["0-c-29-83-c0-bbx", "MAC_INVALID"],
    ["x 00 0c 29 83 c0 bb", "MAC_INVALID"],
    ["00 0c 29 83 c0 bb x", "MAC_INVALID"],
    ["000c:2983:c0bb:", "MAC_INVALID"],
    [":000c:2983:c0bb", "MAC_INVALID"],
    ["000c29-83c0bb0", "MAC_INVALID"],
    ["0000c29-83c0bb", "MAC_INVALID"],
    ["2:0:c:29:83:c0:bb", "MAC_INVALID"],
    ["11:0:c:29:83:c0:bb", "MAC_INVALID"],
    ["1:000c.2983.c0bb", "MAC_INVALID"],
    ["", "MAC_INVALID"],
  ])("is never %j: %s", (text, code) => {
    expect(() => readStationMac(text)).toThrow(expect.objectContaining({ code }));
  });

  it("is read back from every spelling", () => {
    const unicast = fc
      .bigInt({ min: 1n, max: (1n << 48n) - 1n })
      .map((value) => MacAddress.of(value & ~(1n << 40n)))
      .filter(({ value }) => value !== 0n);
    fc.assert(
      fc.property(unicast, fc.constantFrom(...macSpellings), (one, spelling) => {
        expect(readStationMac(spellMac(one, spelling))).toEqual(one);
      }),
      runs(500),
    );
  });
});
