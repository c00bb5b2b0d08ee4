import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { accountNumber } from "./account-number.ts";

const numbers = fc.bigInt({ min: 1_000_000n, max: 10n ** 15n }).map(accountNumber);

function hasItsCheckDigit(number: string): boolean {
  return accountNumber(BigInt(number.slice(0, -1))).padStart(number.length, "0") === number;
}

describe("an account number", () => {
  it("has Damm's check digit", () => {
    // The worked example of the method: 572 has the check digit 4.
    expect(accountNumber(572n)).toBe("5724");
    expect(hasItsCheckDigit(accountNumber(1_000_000n))).toBe(true);
  });

  it("is detected as wrong when one digit differs", () => {
    fc.assert(
      fc.property(numbers, fc.nat(30), fc.integer({ min: 1, max: 9 }), (number, place, shift) => {
        const digits = Array.from(number, Number);
        const at = place % digits.length;
        digits[at] = ((digits[at] ?? 0) + shift) % 10;
        expect(hasItsCheckDigit(digits.join(""))).toBe(false);
      }),
    );
  });

  it("is detected as wrong when two neighbouring digits are swapped", () => {
    fc.assert(
      fc.property(numbers, fc.nat(30), (number, place) => {
        const at = place % (number.length - 1);
        const swapped = `${number.slice(0, at)}${number[at + 1]}${number[at]}${number.slice(at + 2)}`;
        fc.pre(swapped !== number);
        expect(hasItsCheckDigit(swapped)).toBe(false);
      }),
    );
  });
});
