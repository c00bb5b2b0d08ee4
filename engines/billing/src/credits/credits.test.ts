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

function credit(left: LeftOfLine, amount: bigint, basis: "net" | "gross" | "gross by tax"): LeftOfLine {
  if (basis === "net") return creditNet(left, amount);
  return creditGross(left, amount, basis === "gross" ? "net" : "tax");
}

describe("a row of credits of one line", () => {
  it.each(["net", "gross", "gross by tax"] as const)(
    "by %s never exceeds the line, and the last credit takes every remaining cent",
    (basis) => {
      fc.assert(
        fc.property(line, fc.array(fc.integer({ min: 0, max: 100 }), { maxLength: 8 }), (start, shares) => {
          const sizeOf = (one: LeftOfLine) => (basis === "net" ? one.net : grossLeft(one));
          let left = start;
          for (const share of [...shares, 100]) {
            const amount = (sizeOf(left) * BigInt(share)) / 100n;
            const given = credit(left, amount, basis);
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

  it.each<[gross: bigint, setting: "net" | "tax", net: bigint, taxes: bigint[]]>([
    [10n, "net", 8n, [1n, 1n]],
    [10n, "tax", 8n, [1n, 1n]],
    [11n, "net", 9n, [1n, 1n]],
    [11n, "tax", 9n, [1n, 1n]],
    [20n, "net", 16n, [2n, 2n]],
    [20n, "tax", 17n, [2n, 1n]],
  ])(
    "of %d with equal taxes puts the difference where the tenant's setting says: %s",
    (gross, setting, net, taxes) => {
      expect(creditGross({ net: 10_000n, taxes: [900n, 900n] }, gross, setting)).toEqual({ net, taxes });
    },
  );

  it("gives back the same amount of equal taxes when the net can take the difference", () => {
    const halves = fc.record({ net: fc.bigInt(0n, 300n), tax: fc.bigInt(1n, 100n) });
    fc.assert(
      fc.property(halves, fc.integer({ min: 0, max: 100 }), ({ net, tax }, share) => {
        const left = { net, taxes: [tax, tax] };
        const gross = (grossLeft(left) * BigInt(share)) / 100n;
        const given = creditGross(left, gross, "net");
        const canBeSame = [...Array(Number(tax) + 1).keys()].some((each) => {
          const rest = gross - 2n * BigInt(each);
          const off = BigInt(each) * grossLeft(left) - tax * gross;
          return rest >= 0n && rest <= net && off < grossLeft(left) && -off < grossLeft(left);
        });
        expect(given.taxes[0] === given.taxes[1]).toBe(canBeSame);
      }),
      runs(500),
    );
  });

  it("is split by remainders when the net is too small for the difference", () => {
    expect(creditGross({ net: 0n, taxes: [1n, 1n] }, 1n, "net")).toEqual({ net: 0n, taxes: [1n, 0n] });
    expect(creditGross({ net: 0n, taxes: [2n, 2n] }, 2n, "net")).toEqual({ net: 0n, taxes: [1n, 1n] });
    expect(creditGross({ net: 2n, taxes: [1n, 1n, 1n] }, 2n, "net")).toEqual({
      net: 2n,
      taxes: [0n, 0n, 0n],
    });
  });

  it("shares the taxes in proportion", () => {
    expect(creditNet({ net: 10_000n, taxes: [2000n, 550n] }, 2500n)).toEqual({
      net: 2500n,
      taxes: [500n, 138n],
    });
    expect(creditGross({ net: 10_000n, taxes: [2000n] }, 6000n, "net")).toEqual({
      net: 5000n,
      taxes: [1000n],
    });
    expect(creditNet({ net: 0n, taxes: [3n] }, 0n)).toEqual({ net: 0n, taxes: [0n] });
    expect(creditGross({ net: 0n, taxes: [0n] }, 0n, "net")).toEqual({ net: 0n, taxes: [0n] });
    expect(creditGross({ net: 100n, taxes: [20n] }, 0n, "tax")).toEqual({ net: 0n, taxes: [0n] });
  });

  it.each([[101n], [-1n]])("refuses %d of 100", (amount) => {
    for (const basis of ["net", "gross"] as const) {
      expect(() => credit({ net: 100n, taxes: [] }, amount, basis)).toThrow(
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
          const credits = creditDocument(lines, amount, basis, "net");
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

  it("shows the credit and the rest of each line", () => {
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
      /^earlier\[1\].net: expected earlier credits of at most the line, of whose net 3.99 EUR is left; found 4.00: check/,
    ],
    [
      { kind: "everything" },
      [{ line: "voice", net: "1.00", taxes: [{ code: "VAT", amount: "1.01" }] }],
      /^earlier\[0\].taxes\[0\].amount: expected earlier credits of at most the line, of whose "VAT" 1.00 EUR is left; found 1.01: check/,
    ],
    [
      { kind: "lines", lines: [] },
      [],
      /^request.lines: expected at least one line to credit; found \[\]: name the lines, or write \{"kind": "everything"\}/,
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
