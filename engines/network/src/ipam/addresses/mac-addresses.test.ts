import { describe, expect, it } from "vitest";
import { IPAddress } from "./ip-address.ts";
import { MacAddress } from "./mac-address.ts";

const texts = ["00:00:5e:00:53:01", "00-00-5E-00-53-01", "0000.5E00.5301", "0000-5e00-5301", "00005e005301"];

describe("a MAC address", () => {
  it.each(texts)("reads as the same from %s", (text) => {
    expect(MacAddress.parse(text).value).toBe(0x5e005301n);
  });

  it("is written in the form of each device", () => {
    const mac = MacAddress.parse("0a00.5e00.53af");
    expect([JSON.stringify(mac), mac.toRadius(), mac.toDotted()]).toEqual([
      '"0a:00:5e:00:53:af"',
      "0A-00-5E-00-53-AF",
      "0a00.5e00.53af",
    ]);
  });

  it.each([
    "00:00-5e:00:53:01",
    "00:00:5e:00:53",
    "00:00:5e:00:53:01:02",
    "00005e00530",
    "00005e0053011",
    "0:0:5e:0:53:1",
    "0000:5e00:5301",
    "0000.5e00.5301.0000",
    "0000-5e00-5301-0000",
    "x00005e005301",
    "00:00:5e:00:53:0g",
    " 00:00:5e:00:53:01",
    "00:00:5e:00:53:01 ",
    "10000.5e00.5301",
    "10000-5e00-5301",
    "100-00-5E-00-53-01",
    "00-00-5E-00-53-011",
    "",
  ])("refuses %j", (text) => {
    expect(() => MacAddress.parse(text)).toThrow(
      expect.objectContaining({
        code: "MAC_INVALID",
        message: expect.stringContaining(`12 hexadecimal digits, such as "00:00:5e:00:53:01"`),
      }),
    );
    expect(() => MacAddress.parse(text)).toThrow(`found ${JSON.stringify(text)}: write one`);
  });

  it("refuses a value beyond 48 bits", () => {
    expect(`${MacAddress.of(2n ** 48n - 1n)}`).toBe("ff:ff:ff:ff:ff:ff");
    expect(`${MacAddress.of(0n)}`).toBe("00:00:00:00:00:00");
    for (const value of [-1n, 2n ** 48n]) {
      expect(() => MacAddress.of(value)).toThrow(
        expect.objectContaining({
          code: "MAC_INVALID",
          message: expect.stringContaining(`found ${value}: stay`),
        }),
      );
    }
  });

  it("distinguishes groups from stations, and local addresses from manufacturers'", () => {
    const bits = (text: string) => [MacAddress.parse(text).isMulticast, MacAddress.parse(text).isLocal];
    expect(bits("00:00:5e:00:53:01")).toEqual([false, false]);
    expect(bits("01:00:5e:00:00:fb")).toEqual([true, false]);
    expect(bits("02:00:5e:00:53:01")).toEqual([false, true]);
    expect(bits("ff:ff:ff:ff:ff:ff")).toEqual([true, true]);
  });

  it("makes the interface id of RFC 4291 appendix A", () => {
    const link = IPAddress.parse("fe80::").plus(MacAddress.parse("34:56:78:9a:bc:de").interfaceId());
    expect(`${link}`).toBe("fe80::3656:78ff:fe9a:bcde");
    expect(MacAddress.parse("02:00:00:00:00:00").interfaceId()).toBe(0xfffe000000n);
  });

  it("is ordered by value", () => {
    const [low, high] = [MacAddress.of(1n), MacAddress.of(2n)];
    expect([low.compare(high), high.compare(low), low.compare(MacAddress.of(1n))]).toEqual([-1, 1, 0]);
    expect([low.equals(high), low.equals(MacAddress.of(1n))]).toEqual([false, true]);
  });
});
