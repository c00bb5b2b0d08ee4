import type { InputChecks } from "../../../../base/src/input-checks.ts";
import type { Exemption } from "./tax-rule.ts";
import type { TaxTable } from "./tax-table.ts";

/** Finds exemptions of taxes that are not there, and such as end before they begin. */
export function checkExemptions(
  exemptions: readonly Exemption[],
  taxes: TaxTable,
  checks: InputChecks,
): void {
  for (const [index, { code, from, until }] of exemptions.entries()) {
    checks.interval(["exemptions", index], { from: from.place(), until: until?.place() });
    if (code !== undefined) checks.known(["exemptions", index, "code"], code, taxes.codes, "codes of taxes");
  }
}
