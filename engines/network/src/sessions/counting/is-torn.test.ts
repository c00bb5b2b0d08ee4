import { describe, expect, it } from "vitest";
import { isTorn } from "./is-torn.ts";

const turn = 2n ** 32n;

describe("a count that is wrong by 2^32", () => {
  it.each([
    ["too low", 4_294_960_000n, 2000n, 4_296_967_296n],
    ["too high", 4_294_960_000n, 8_589_932_261n, 4_296_967_296n],
    ["too low after ten wraps", 10n * turn - 900n, 9n * turn + 50n, 10n * turn + 60n],
    ["too high after ten wraps", 10n * turn - 900n, 11n * turn - 50n, 10n * turn + 60n],
  ])("is torn: %s", (_, before, count, next) => {
    expect(isTorn(before, count, next)).toBe(true);
  });

  it.each([
    ["its right count is that before", turn - 9n, turn + turn - 9n, turn, true],
    ["its right count is less than that before", turn - 9n, turn + turn - 10n, turn, false],
    ["it is low, and its right count is that before", turn + turn - 9n, turn - 9n, turn + turn, true],
    ["it is low, and its right count is the next", turn - 9n, 0n, turn, true],
    ["it is low, and its right count is more than the next", turn - 9n, 1n, turn, false],
    ["it is high, and its right count is the next", turn - 9n, turn + turn, turn, true],
    ["it is high, and its right count is more than the next", turn - 9n, turn + turn + 1n, turn, false],
    ["no wrap is between its neighbours", turn + 9n, 10n, turn + 11n, false],
    ["no wrap is before the next", turn - 9n, turn + turn - 8n, turn - 1n, false],
    ["the next one is not less", turn - 9n, turn + turn - 8n, turn + turn - 8n, false],
  ])("is torn or not where %s", (_, before, count, next, torn) => {
    expect(isTorn(before, count, next)).toBe(torn);
  });

  it("is torn as long as a reset would give four times the bytes", () => {
    expect(isTorn(3_300_000_000n, 10n, 4_400_000_000n)).toBe(true);
    expect(isTorn(3_299_999_999n, 10n, 4_400_000_000n)).toBe(false);
  });

  it("is torn as long as a rise and a reset would give four times the bytes", () => {
    expect(isTorn(1_431_655_766n, 2n * turn - 2n, turn)).toBe(true);
    expect(isTorn(1_431_655_765n, 2n * turn - 2n, turn)).toBe(false);
  });
});

describe("a count of a reset counter", () => {
  it.each([
    ["of a slow line", 3n * 10n ** 9n, 10n ** 9n, 2n * 10n ** 9n],
    ["of a fast line", 3n * 10n ** 9n, 10n ** 9n, 6n * 10n ** 9n],
    ["just after the reset", 10n ** 9n, 0n, 6n * 10n ** 9n],
    ["of a long session", 50n * 10n ** 9n, 10n ** 9n, 60n * 10n ** 9n],
    ["after a rise", 0n, turn + 10n ** 8n, 10n ** 9n],
  ])("is not torn: %s", (_, before, count, next) => {
    expect(isTorn(before, count, next)).toBe(false);
  });
});
