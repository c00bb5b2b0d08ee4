import { describe, expect, it } from "vitest";
import { parsePhoneNumber, startOfPhoneNumber } from "./phone-number.ts";

describe("a phone number", () => {
  it.each([
    ["01 99 00 12 34", "FR", "+33199001234"],
    ["+33 (0)1 99 00 12 34", "DE", "+33199001234"],
    ["07700 900123", "GB", "+447700900123"],
    ["+254 20 123456", "FR", "+25420123456"],
    ["00 44 7700 900123", "FR", "+447700900123"],
  ])("%j dialled in %s is %s", (text, country, number) => {
    expect(parsePhoneNumber(text, country)).toBe(number);
  });

  it.each([
    ["", "FR"],
    ["12", "FR"],
    ["call me", "FR"],
    ["01 99 00 12 34 56 78", "FR"],
    ["01 99 00 12 34", "AQ"],
    ["+33 1 99 00 12 34 x5", "FR"],
  ])("is not %j dialled in %s", (text, country) => {
    expect(parsePhoneNumber(text, country)).toBeUndefined();
  });

  it.each([
    ["06 12", "FR", "33612"],
    ["+336", "FR", "336"],
    ["abc", "FR", undefined],
  ])("partly typed as %j in %s begins with %s", (text, country, digits) => {
    expect(startOfPhoneNumber(text, country)).toBe(digits);
  });
});
