import { describe, expect, it } from "vitest";
import { type ExtractSettings, extractTaxes } from "./extract-taxes.ts";
import type { AppliedRate } from "./rules/applied-rate.ts";
import { flatRate } from "./testing/flat-rate.ts";

const settings: ExtractSettings = {
  taxRounding: "document",
  taxRoundingMode: "half-up",
  inclusiveRounding: "net",
};
const [vat, levy] = [flatRate("VAT", "20"), flatRate("LEVY", "2")];
const [central, state] = [flatRate("CGST", "9"), flatRate("SGST", "9")];

type Line = readonly [amount: bigint, rates: readonly AppliedRate[]];

/** Net and taxes of each line. */
function partsOf(lines: readonly Line[], chosen: Partial<ExtractSettings> = {}): bigint[][] {
  const taxables = lines.map(([amount, rates]) => ({ amount, rates }));
  return extractTaxes(taxables, { ...settings, ...chosen }).map(({ net, taxes }) => [net, ...taxes]);
}

const vatOf = (amounts: readonly bigint[], chosen: Partial<ExtractSettings>) =>
  partsOf(
    amounts.map((amount): Line => [amount, [vat]]),
    chosen,
  ).map(([, tax]) => tax);

describe("the tax inside the prices of one rate", () => {
  // 12 ÷ 1.2 is 10, so the tax is 2. Rounded half up, 4/6 is 1, 8/6 is 1 and 12/6 is 2: the steps are 1, 0 and 1.
  it("is on each line the step that the line makes in the running tax, rounded half up", () => {
    expect(vatOf([4n, 4n, 4n], {})).toEqual([1n, 0n, 1n]);
  });

  // 110 is 91 and a tax of 18.2, rounded up 19. The steps of a sixth of 30, 80 and 110 are 5, 8 and 5: 1 is left.
  it.each<[string, amounts: bigint[], taxes: bigint[]]>([
    ["the line with the largest price", [30n, 50n, 30n], [5n, 9n, 5n]],
    // The steps of a sixth of 30, 70 and 110 are 5, 7 and 6.
    ["the first of lines with the largest price", [30n, 40n, 40n], [5n, 8n, 6n]],
    ["the line with the largest credit", [-30n, -50n, -30n], [-5n, -9n, -5n]],
  ])("has what the steps do not sum to on %s", (_, amounts, taxes) => {
    expect(vatOf(amounts, { taxRoundingMode: "up" })).toEqual(taxes);
  });
});

describe("taxes inside the prices of lines that share some", () => {
  // Both taxes are on 61 ÷ 1.22 = 50, and 29 ÷ 1.2 is 24.2. Of 74, 20 % are 14.8, and 2 % of 50 are 1: 90 with the
  // rounded tax of 15. The second line has 29 - 24 = 5 of these 15. Of the 10 of 9 and 52, the first line has
  // 9 × 0.2 ÷ 1.22 = 1.5, rounded half up 1 (1.475).
  it("are the same in every order of the rates of a line", () => {
    expect(
      partsOf([
        [9n, [vat, levy]],
        [29n, [vat]],
        [52n, [levy, vat]],
      ]),
    ).toEqual([
      [8n, 1n, 0n],
      [24n, 5n],
      [42n, 1n, 9n],
    ]);
  });

  // Exact nets are 11.5 and 12.5. Of 11 + 13, 20 % are 4.8; 2 % of 11 are 0.2. 24 + 5 + 0 is 29, as 14 + 15 is.
  // 12 and 12 sum to it too, but they are further away from the nets rounded half up.
  it("are on the nets that are nearest to the exact ones", () => {
    expect(
      partsOf([
        [14n, [vat, levy]],
        [15n, [vat]],
      ]),
    ).toEqual([
      [11n, 3n, 0n],
      [13n, 2n],
    ]);
  });

  // Exact nets are 2.5, 1.6 and 16.9. Of 2 + 1, 20 % are 0.6; 9 % of 1 + 17 are 1.6, and of 17 they are 1.5: with
  // 1, 2 and 2 the nets sum to 25. The nets 3, 0 and 17 do so too, but 0 is further away from 1.6.
  it("are on nets that are all near the exact ones, not on one that is far", () => {
    expect(
      partsOf([
        [3n, [vat]],
        [2n, [state, vat]],
        [20n, [state, central]],
      ]).map(([net]) => net),
    ).toEqual([2n, 1n, 17n]);
  });
});

describe("taxes inside the prices of six sets", () => {
  // 11800 is 10000 and twice 9 %. 17 ÷ 1.18 is 14.4, but 9 % of 14 are 1.3: 14 + 1 + 1 is 16, and 15 + 1 + 1 is 17.
  // Sets of two taxes have five nets each to try: five sets have 3125 combinations, six have more than 4096.
  const others = Array.from(
    { length: 5 },
    (_, place): Line => [11_800n, [flatRate(`OWN-${place}`, "9"), state]],
  );
  const odd: Line = [17n, [central, state]];

  it("are exact if one of the first five needs another than its nearest net", () => {
    expect(partsOf([odd, ...others], { inclusiveRounding: "tax" })[0]).toEqual([15n, 1n, 1n]);
  });

  // 17 - 14 are left for taxes of 1.3 each.
  it("are what the nearest nets leave if the sixth needs another one", () => {
    expect(partsOf([...others, odd], { inclusiveRounding: "tax" })[5]).toEqual([14n, 2n, 1n]);
  });
});

describe("taxes inside prices for which no whole units agree", () => {
  // 2 % of a net between 25 and 74 are 1, so that nets and VAT sum to 87: 72 and 14 are 86, 73 and 15 are 88.
  // Exactly, VAT is 43 ÷ 6 = 7.17 of the first set and 7.38 of the second, together 14.5, rounded 15.
  it("are rounded by themselves, and the tax with the larger remainder is rounded up", () => {
    expect(
      partsOf([
        [43n, [vat]],
        [45n, [vat, levy]],
      ]),
    ).toEqual([
      [36n, 7n],
      [36n, 8n, 1n],
    ]);
  });

  // 58 ÷ 1.22 is 47.54, rounded 48. Exactly, the taxes are 9.51 and 0.95: of the 10 that are left, 9 and 1.
  it("are what the rounded net leaves, and the tax with the larger remainder is rounded up", () => {
    expect(partsOf([[58n, [vat, levy]]], { inclusiveRounding: "tax" })).toEqual([[48n, 9n, 1n]]);
  });

  // Rounded up, both taxes of 1 are 1, and a net of -1 would be left. Of 12, 9 % are 12 × 0.09 ÷ 1.09 = 0.99.
  it("are rounded down on all lines where one price would hold less than its taxes", () => {
    expect(
      partsOf(
        [
          [1n, [central, state]],
          [12n, [state]],
        ],
        { taxRoundingMode: "up" },
      ),
    ).toEqual([
      [1n, 0n, 0n],
      [11n, 1n],
    ]);
  });
});
