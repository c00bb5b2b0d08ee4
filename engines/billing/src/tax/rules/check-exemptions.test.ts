import { describe, expect, it } from "vitest";
import { EngineFault } from "../../../../base/src/engine-fault.ts";
import { InputChecks } from "../../../../base/src/input-checks.ts";
import { LocalDate } from "../../../../calendar/src/local-date.ts";
import { Rational } from "../../money/rational.ts";
import { checkExemptions } from "./check-exemptions.ts";
import { TaxTable } from "./tax-table.ts";

const from = LocalDate.parse("2026-03-01");
const until = LocalDate.parse("2026-04-01");
const taxes = TaxTable.of([
  { code: "VAT", rate: Rational.of(20n, 100n), from: LocalDate.parse("2014-01-01"), compound: false },
]);

/** The faults that the checks find, with their paths. */
function faultsOf(exemptions: Parameters<typeof checkExemptions>[0]): unknown[] {
  const checks = new InputChecks();
  checkExemptions(exemptions, taxes, checks);
  try {
    checks.done();
  } catch (error) {
    if (error instanceof EngineFault) return error.details.map(({ path, message }) => [path, message]);
    throw error;
  }
  return [];
}

describe("exemptions", () => {
  it("may be from one tax or from all, with an end or without one", () => {
    const reason = "embassy";
    expect(
      faultsOf([
        { code: "VAT", from, reason },
        { from, until, reason },
      ]),
    ).toEqual([]);
  });

  it("are refused if they end before they begin, or are from a tax that does not exist", () => {
    expect(
      faultsOf([
        { code: "VAT", from, reason: "embassy" },
        { code: "GST", from: until, until: from, reason: "charity" },
      ]),
    ).toEqual([
      [
        ["exemptions", 1, "until"],
        "expected an end after exemptions[1].from, which is 2026-04-01; found 2026-03-01: exchange or correct them",
      ],
      [["exemptions", 1, "code"], 'expected one of the codes of taxes; found "GST": write one of "VAT"'],
    ]);
  });
});
