import { describe, expect, it } from "vitest";
import { splitTaxes } from "./split-taxes.ts";
import { flatRate } from "./testing/flat-rate.ts";

const net = 10n;
// On a net of 10: A is 1.9, B is 2.5, C is 3.1. Rounded down they are 1, 2 and 3.
const rates = { A: flatRate("A", "19"), B: flatRate("B", "25"), C: flatRate("C", "31") };
const floors = { A: 1n, B: 2n, C: 3n };
type Code = keyof typeof rates;
const codes: readonly Code[] = ["A", "B", "C"];

const sum = (parts: readonly bigint[]) => parts.reduce((all, part) => all + part, 0n);

/** Splits for sets that all have the net; the numbers are what is missing to the parts rounded down. */
function split(sets: readonly (readonly Code[])[], missing: readonly bigint[], left: Record<Code, bigint>) {
  const taxSets = sets.map((own, row) => ({
    rates: own.map((code) => rates[code]),
    lines: [row],
    gross: net + sum(own.map((code) => floors[code])) + (missing[row] ?? 0n),
  }));
  const taxes = codes.map((code): [string, bigint] => {
    const count = BigInt(sets.flat().filter((one) => one === code).length);
    return [rates[code].signature, count * floors[code] + left[code]];
  });
  const nets = sets.map(() => net);
  const parts = splitTaxes(taxSets, nets, new Map(taxes));
  return parts?.map((row, index) => row.map((part, place) => part - floors[sets[index]?.[place] ?? "A"]));
}

describe("the taxes of a document", () => {
  it("are rounded up where the remainder is larger, when prices and taxes leave the choice", () => {
    // Of 10, A is 1.9 and C 3.1; of 12, A is 2.28 and C 3.72. Rounded up are 1.9 and 3.72.
    const sets = [
      { rates: [rates.C, rates.A], lines: [0], gross: 10n + 3n + 2n },
      { rates: [rates.A, rates.C], lines: [1], gross: 12n + 2n + 4n },
    ];
    const taxes = new Map([
      [rates.A.signature, 4n],
      [rates.C.signature, 7n],
    ]);
    expect(splitTaxes(sets, [10n, 12n], taxes)).toEqual([
      [3n, 2n],
      [2n, 4n],
    ]);
  });

  it("move to another tax of the first set when a later set has no other tax to take", () => {
    expect(split([["A", "B"], ["A"]], [1n, 1n], { A: 1n, B: 1n, C: 0n })).toEqual([[0n, 1n], [1n]]);
  });

  it("move through several sets to the last one with a free tax", () => {
    // The sets in turn prefer A, A and B. The third can have only A: the first gives it and takes B from the second.
    expect(
      split([["A", "B"], ["B", "C"], ["A"]], [1n, 1n, 1n], {
        A: 1n,
        B: 1n,
        C: 1n,
      }),
    ).toEqual([[0n, 1n], [0n, 1n], [1n]]);
  });

  it.each<[string, Code[][], bigint[], Record<Code, bigint>]>([
    ["a price holds less than its net and taxes", [["A", "B"], ["A"]], [-1n, 0n], { A: 0n, B: 0n, C: 0n }],
    ["a price holds more than its taxes rounded up", [["A", "B"]], [3n], { A: 1n, B: 1n, C: 0n }],
    ["a price misses a tax that has no unit left", [["A"], ["B"]], [1n, 0n], { A: 0n, B: 1n, C: 0n }],
    ["a tax is more than its parts", [["A", "B"]], [1n], { A: 1n, B: 1n, C: 0n }],
    ["a tax is less than its parts rounded down", [["A", "B"]], [0n], { A: 0n, B: -1n, C: 0n }],
  ])("have no split when %s", (_, sets, missing, left) => {
    expect(split(sets, missing, left)).toBeUndefined();
  });

  it.each<[Code[][]]>([
    [[["A"], ["A", "B"], ["B", "C"]]],
    [
      [
        ["A", "B"],
        ["B", "A"],
        ["A", "C"],
      ],
    ],
    [[["A", "B", "C"], ["A", "B"], ["A"]]],
  ])("of sets %j are split exactly when one of all possible splits sums to prices and taxes", (sets) => {
    const cells = sets.flatMap((own, row) => own.map((code) => ({ row, code })));
    const sumsOf = (raised: (index: number) => boolean) => {
      const chosen = cells.filter((_, index) => raised(index));
      return [
        ...sets.map((_, row) => chosen.filter((cell) => cell.row === row).length),
        ...codes.map((code) => chosen.filter((cell) => cell.code === code).length),
      ].join(" ");
    };
    const possible = new Set(
      Array.from({ length: 2 ** cells.length }, (_, mask) => sumsOf((index) => ((mask >> index) & 1) === 1)),
    );
    for (let number = 0; number < 3 ** 6; number += 1) {
      const wanted = Array.from({ length: 6 }, (_, place) => Math.floor(number / 3 ** place) % 3);
      const [one = 0n, two = 0n, three = 0n, A = 0n, B = 0n, C = 0n] = wanted.map(BigInt);
      const parts = split(sets, [one, two, three], { A, B, C })?.flat();
      const found = parts && sumsOf((index) => parts[index] === 1n);
      expect(found).toBe(possible.has(wanted.join(" ")) ? wanted.join(" ") : undefined);
    }
  });
});
