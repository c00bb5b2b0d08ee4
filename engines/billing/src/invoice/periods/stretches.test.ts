import { describe, expect, it } from "vitest";
import { LocalDate } from "../../../../calendar/src/local-date.ts";
import { joined, type Stretch, without } from "./stretches.ts";

const march = (from: number, to: number): Stretch => ({ from: day(from), to: day(to) });
const day = (number: number) => LocalDate.parse(`2026-03-${String(number).padStart(2, "0")}`);
const texts = (stretches: readonly Stretch[]) =>
  stretches.map(({ from, to }) => `${from.dayOfMonth}-${to.dayOfMonth}`);

describe("stretches of dates", () => {
  it.each<[Stretch[], string[]]>([
    [
      [march(5, 8), march(1, 3)],
      ["1-3", "5-8"],
    ],
    [[march(1, 5), march(5, 8)], ["1-8"]],
    [[march(1, 9), march(2, 4)], ["1-9"]],
    [[march(1, 5), march(3, 8)], ["1-8"]],
    [[march(4, 4)], []],
    [[], []],
  ])("are joined where they touch %#", (stretches, expected) => {
    expect(texts(joined(stretches))).toEqual(expected);
  });

  it.each<[Stretch[], Stretch[], string[]]>([
    [[march(1, 20)], [march(5, 8), march(10, 12)], ["1-5", "8-10", "12-20"]],
    [[march(1, 20)], [march(1, 8)], ["8-20"]],
    [[march(1, 20)], [march(8, 20)], ["1-8"]],
    [[march(5, 8)], [march(1, 20)], []],
    [[march(5, 8)], [march(1, 5), march(8, 9)], ["5-8"]],
    [[march(1, 4), march(6, 9)], [march(3, 7)], ["1-3", "7-9"]],
  ])("are subtracted from others %#", (stretches, taken, expected) => {
    expect(texts(without(stretches, taken))).toEqual(expected);
  });
});
