import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../../../base/testing/runs.ts";
import { run } from "../../oracle/run.ts";
import { creditDocument } from "./credit-document.ts";
import { creditGross, creditNet } from "./credit-line.ts";
import { afterCredit, grossLeft, type LeftOfLine } from "./left-of-line.ts";

const line: fc.Arbitrary<LeftOfLine> = fc.record({
  net: fc.bigInt(1n, 50_000n),
  taxes: fc.array(fc.bigInt(0n, 9999n), { maxLength: 3 }),
});

describe("a row of credits of one line", () => {
  it.each(["net", "gross"] as const)(
    "by %s never exceeds the line, and the last takes every remaining cent",
    (basis) => {
      fc.assert(
        fc.property(line, fc.array(fc.integer({ min: 0, max: 100 }), { maxLength: 8 }), (start, shares) => {
          const credit = basis === "net" ? creditNet : creditGross;
          const sizeOf = (one: LeftOfLine) => (basis === "net" ? one.net : grossLeft(one));
          let left = start;
          for (const share of [...shares, 100]) {
            const amount = (sizeOf(left) * BigInt(share)) / 100n;
            const given = credit(left, amount);
            expect(sizeOf(given)).toBe(amount);
            left = afterCredit(left, given);
            expect([left.net, ...left.taxes].every((part) => part >= 0n)).toBe(true);
          }
          expect(left).toEqual({ net: 0n, taxes: start.taxes.map(() => 0n) });
        }),
        runs(500),
      );
    },
  );

  it("shares the taxes in proportion", () => {
    expect(creditNet({ net: 10_000n, taxes: [2000n, 550n] }, 2500n)).toEqual({
      net: 2500n,
      taxes: [500n, 138n],
    });
    expect(creditGross({ net: 10_000n, taxes: [2000n] }, 6000n)).toEqual({ net: 5000n, taxes: [1000n] });
    expect(creditNet({ net: 0n, taxes: [3n] }, 0n)).toEqual({ net: 0n, taxes: [0n] });
    expect(creditGross({ net: 0n, taxes: [0n] }, 0n)).toEqual({ net: 0n, taxes: [0n] });
    expect(creditGross({ net: 100n, taxes: [20n] }, 0n)).toEqual({ net: 0n, taxes: [0n] });
  });

  it.each([[101n], [-1n]])("refuses %d of 100", (amount) => {
    for (const credit of [creditNet, creditGross]) {
      expect(() => credit({ net: 100n, taxes: [] }, amount)).toThrow(
        expect.objectContaining({
          code: "CREDIT_EXCEEDS_LINE",
          message: expect.stringContaining(`the 100 minor units`),
        }),
      );
    }
  });
});

describe("a credit of a document", () => {
  it.each(["net", "gross"] as const)("by %s is spread so that the parts sum to the whole", (basis) => {
    fc.assert(
      fc.property(
        fc.array(line, { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 0, max: 100 }),
        (lines, share) => {
          const sizeOf = (one: LeftOfLine) => (basis === "net" ? one.net : grossLeft(one));
          const whole = lines.reduce((sum, one) => sum + sizeOf(one), 0n);
          const amount = (whole * BigInt(share)) / 100n;
          const credits = creditDocument(lines, amount, basis);
          expect(credits.reduce((sum, one) => sum + sizeOf(one), 0n)).toBe(amount);
          for (const [index, credit] of credits.entries()) {
            const left = afterCredit(lines[index] ?? credit, credit);
            expect([left.net, ...left.taxes].every((part) => part >= 0n)).toBe(true);
          }
        },
      ),
      runs(300),
    );
  });

  const lines = [
    { id: "fibre", net: "59.90", taxes: [{ code: "VAT", amount: "11.98" }] },
    { id: "voice", net: "4.99", taxes: [{ code: "VAT", amount: "1.00" }] },
  ];
  const credit = (request: object, earlier: object[] = []) =>
    run("credit", { currency: "EUR", lines, earlier, request });

  it("shows what every line gives back and what is left of it", () => {
    expect(credit({ kind: "document", amount: "10.00", basis: "gross" })).toEqual({
      lines: [
        {
          id: "fibre",
          net: "7.69",
          taxes: [{ code: "VAT", amount: "1.54" }],
          gross: "9.23",
          left: { net: "52.21", gross: "62.65" },
        },
        {
          id: "voice",
          net: "0.64",
          taxes: [{ code: "VAT", amount: "0.13" }],
          gross: "0.77",
          left: { net: "4.35", gross: "5.22" },
        },
      ],
      net: "8.33",
      tax: "1.67",
      gross: "10.00",
    });
    expect(credit({ kind: "document", amount: "6.49" }).lines.map(({ net }: { net: string }) => net)).toEqual(
      ["5.99", "0.50"],
    );
  });

  it("takes the rest after earlier credits", () => {
    const earlier = [{ line: "voice", net: "4.00", taxes: [{ code: "VAT", amount: "0.80" }] }];
    const rest = credit({ kind: "everything" }, earlier);
    expect(rest.lines[1]).toMatchObject({
      net: "0.99",
      taxes: [{ code: "VAT", amount: "0.20" }],
      left: { net: "0.00", gross: "0.00" },
    });
    expect([rest.net, rest.tax, rest.gross]).toEqual(["60.89", "12.18", "73.07"]);
  });

  it("credits single lines by net or by gross, the same line twice too", () => {
    const request = {
      kind: "lines",
      lines: [
        { line: "voice", amount: "2.00" },
        { line: "voice", amount: "1.20", basis: "gross" },
      ],
    };
    const { lines: credited, gross } = credit(request);
    expect(credited[0]).toMatchObject({ net: "0.00", gross: "0.00" });
    expect(credited[1]).toMatchObject({ net: "3.00", taxes: [{ code: "VAT", amount: "0.60" }] });
    expect(gross).toBe("3.60");
  });

  it.each<[object, object[], RegExp]>([
    [
      { kind: "document", amount: "77.88", basis: "gross" },
      [],
      /^request.amount: expected a credit from 0 to the 77.87 EUR that is left; found 77.88: earlier/,
    ],
    [
      { kind: "lines", lines: [{ line: "voice", amount: "5.00" }] },
      [],
      /^request.lines\[0\].amount: expected a credit from 0 to the 4.99 EUR/,
    ],
    [
      { kind: "lines", lines: [{ line: "voice", amount: "1.00" }] },
      [{ line: "voice", net: "4.50" }],
      /^request.lines\[0\].amount: expected a credit from 0 to the 0.49 EUR/,
    ],
    [
      {
        kind: "lines",
        lines: [
          { line: "voice", amount: "1.00" },
          { line: "voice", amount: "4.79", basis: "gross" },
          { line: "voice", amount: "0.01" },
        ],
      },
      [],
      /^request.lines\[2\].amount: .* the 0.00 EUR that is left; found 0.01/,
    ],
    [
      { kind: "lines", lines: [{ line: "tv", amount: "1.00" }] },
      [],
      /^request.lines\[0\].line: .* found "tv": write one of "fibre", "voice"/,
    ],
    [
      { kind: "everything" },
      [{ line: "tv", net: "1.00" }],
      /^earlier\[0\].line: .* found "tv": write one of "fibre", "voice"/,
    ],
    [
      { kind: "everything" },
      [
        { line: "voice", net: "1.00" },
        { line: "voice", net: "4.00" },
      ],
      /^earlier\[1\].net: expected earlier credits of at most the line, of whose net 3.99 is left; found 4.00/,
    ],
    [
      { kind: "everything" },
      [{ line: "voice", net: "1.00", taxes: [{ code: "VAT", amount: "1.01" }] }],
      /^earlier\[0\].taxes: expected earlier credits of at most the line, of whose VAT 1.00 is left; found 1.01/,
    ],
    [
      { kind: "everything" },
      [{ line: "voice", net: "1.00", taxes: [{ code: "GST", amount: "0.20" }] }],
      /^earlier\[0\].taxes\[0\].code: expected one of the taxes of its line; found "GST": write one of "VAT"/,
    ],
  ])("refuses %j after %j", (request, earlier, message) => {
    expect(credit(request, earlier).faults).toEqual([expect.stringMatching(message)]);
  });
});
