import { describe, expect, it } from "vitest";
import { isSound, makeSound } from "./sound-taxes.ts";

describe("a price with its taxes", () => {
  it.each<[price: bigint, taxes: bigint[], sound: boolean]>([
    [5n, [], true],
    [5n, [1n, 2n], true],
    [5n, [5n], true],
    [5n, [6n], false],
    [5n, [3n, 3n], false],
    [5n, [0n], true],
    [5n, [-1n], false],
    [5n, [-1n, 2n], false],
    [-5n, [-1n, -2n], true],
    [-5n, [-5n], true],
    [-5n, [-6n], false],
    [-5n, [0n], true],
    [-5n, [1n], false],
    [0n, [], true],
    [0n, [0n, 0n], true],
    [0n, [1n], false],
    [0n, [-1n], false],
    [0n, [1n, -1n], false],
  ])("of %s with taxes %s is sound: %s, by the signs of the taxes and of the rest", (price, taxes, sound) => {
    expect(isSound(price, taxes)).toBe(sound);
  });
});

type Lines = readonly (readonly [price: bigint, taxes: readonly bigint[]])[];

// The second number of a line is its taxes; its net is the price without them.
const corrected: [title: string, before: Lines, after: bigint[][]][] = [
  [
    "gives a unit of its largest tax to another line",
    [
      [4n, [1n, 3n, 1n]],
      [9n, [0n, 0n, 0n]],
    ],
    [
      [1n, 2n, 1n],
      [0n, 1n, 0n],
    ],
  ],
  [
    "gives a unit of the last of its equal taxes",
    [
      [1n, [1n, 1n]],
      [9n, [0n, 0n]],
    ],
    [
      [1n, 0n],
      [0n, 1n],
    ],
  ],
  [
    "gives as many units as it has too many",
    [
      [1n, [1n, 2n]],
      [9n, [0n, 0n]],
    ],
    [
      [1n, 0n],
      [0n, 2n],
    ],
  ],
  [
    "gives to the first of the lines with the largest net",
    [
      [1n, [1n, 1n]],
      [3n, [2n, 0n]],
      [5n, [2n, 0n]],
      [4n, [0n, 1n]],
      [3n, [1n, 0n]],
    ],
    [
      [1n, 0n],
      [2n, 0n],
      [2n, 1n],
      [0n, 1n],
      [1n, 0n],
    ],
  ],
  [
    "gives a tax that it has, even if it could take more of another",
    [
      [1n, [0n, 2n]],
      [5n, [1n, 0n]],
    ],
    [
      [0n, 1n],
      [1n, 1n],
    ],
  ],
  [
    "takes what a tax is below zero from another line, rather than change a right tax",
    [
      [3n, [-1n, 2n]],
      [5n, [2n, 0n]],
    ],
    [
      [0n, 2n],
      [1n, 0n],
    ],
  ],
];

const left: [title: string, lines: Lines][] = [
  ["there is no other", [[1n, [1n, 1n]]]],
  [
    "the other has no net left",
    [
      [1n, [0n, 1n]],
      [1n, [1n, 1n]],
    ],
  ],
  [
    "the other has only another tax of its sign to change",
    [
      [1n, [2n, 0n]],
      [-5n, [0n, -1n]],
    ],
  ],
  [
    "the other has nothing of the tax that is below zero",
    [
      [3n, [-1n, 2n]],
      [5n, [0n, 1n]],
    ],
  ],
  [
    "all are sound",
    [
      [10n, [1n, 2n]],
      [5n, [0n, 0n]],
    ],
  ],
];

describe.each([
  ["price", 1n],
  ["credit", -1n],
])("a small %s that has too much of its taxes", (_, sign) => {
  const taxesAfter = (lines: Lines) => {
    const scaled = lines.map(([price, taxes]) => ({
      price: sign * price,
      taxes: taxes.map((tax) => sign * tax),
    }));
    makeSound(scaled);
    return scaled.map(({ taxes }) => taxes.map((tax) => sign * tax));
  };

  it.each(corrected)("%s", (_title, before, after) => {
    expect(taxesAfter(before)).toEqual(after);
  });

  it.each(left)("stays as it is when %s", (_title, lines) => {
    expect(taxesAfter(lines)).toEqual(lines.map(([, taxes]) => taxes));
  });
});
