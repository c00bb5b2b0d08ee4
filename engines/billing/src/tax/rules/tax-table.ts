import { InputChecks } from "../../../../base/src/input-checks.ts";
import { quoted } from "../../../../base/src/quoted.ts";
import type { LocalDate } from "../../../../calendar/src/local-date.ts";
import { BillingFault } from "../../billing-fault.ts";
import { printShortest } from "../../money/print-decimal.ts";
import { Rational } from "../../money/rational.ts";
import type { AppliedRate } from "./applied-rate.ts";
import type { Exemption, TaxRule } from "./tax-rule.ts";

/** All tax rules of a tenant: at most one rate of a tax on any date. */
export class TaxTable {
  readonly #byCode: ReadonlyMap<string, readonly TaxRule[]>;
  /** The codes of all taxes that have a rule. */
  readonly codes: ReadonlySet<string>;
  readonly #rates = new Map<string, readonly AppliedRate[]>();

  private constructor(byCode: ReadonlyMap<string, readonly TaxRule[]>) {
    this.#byCode = byCode;
    this.codes = new Set(byCode.keys());
  }

  /**
   * @throws BillingFault TAX_INVALID when two rules of one tax overlap, FactsFault when one ends before it
   * begins; the paths are from the list of rules.
   */
  static of(rules: readonly TaxRule[]): TaxTable {
    requireLengths(rules);
    const byCode = new Map<string, TaxRule[]>();
    for (const [index, rule] of rules.entries()) {
      const others = byCode.get(rule.code) ?? [];
      const clash = others.find(
        (other) => startsBefore(other, rule.until) && startsBefore(rule, other.until),
      );
      if (clash !== undefined) throw overlapping(rule, clash, index);
      byCode.set(rule.code, [...others, rule]);
    }
    return new TaxTable(byCode);
  }

  /**
   * The taxes of a line on its tax date, in the order of its codes. A compound one is on the price and the
   * ordinary taxes, in every order of the codes.
   * @throws BillingFault TAX_INVALID when a code has no rule on that date; the path is from what is taxed.
   */
  ratesOn(
    date: LocalDate,
    codes: readonly string[],
    exemptions: readonly Exemption[],
  ): readonly AppliedRate[] {
    if (exemptions.length > 0) return this.#compute(date, codes, exemptions);
    const key = `${date.day} ${JSON.stringify(codes)}`;
    const known = this.#rates.get(key) ?? this.#compute(date, codes, exemptions);
    this.#rates.set(key, known);
    return known;
  }

  /** Whether a tax is compound on a date; false for one that has no rule then, such as a former one. */
  isCompoundOn(date: LocalDate, code: string): boolean {
    return this.#byCode.get(code)?.find((one) => holdsOn(date, one))?.compound ?? false;
  }

  #compute(
    date: LocalDate,
    codes: readonly string[],
    exemptions: readonly Exemption[],
  ): readonly AppliedRate[] {
    const taxes = codes.map((code, place) => {
      const { rate, compound } = this.#ruleOn(date, code, place);
      const exemption = exemptions.find((one) => (one.code ?? code) === code && holdsOn(date, one))?.reason;
      return { code, compound, exemption, usual: rate, rate: exemption === undefined ? rate : Rational.zero };
    });
    const ordinary = taxes.filter((tax) => !tax.compound);
    const [base, usualBase] = [
      ordinary.reduce((sum, { rate }) => sum.plus(rate), Rational.one),
      ordinary.reduce((sum, { usual }) => sum.plus(usual), Rational.one),
    ];
    return taxes.map(({ code, compound, exemption, rate, usual }) => {
      const factor = compound ? rate.times(base) : rate;
      const usualFactor = compound ? usual.times(usualBase) : usual;
      const text = signature(code, rate, factor, exemption);
      return { code, rate, factor, usualFactor, compound, exemption, signature: text };
    });
  }

  #ruleOn(date: LocalDate, code: string, place: number): TaxRule {
    const rule = this.#byCode.get(code)?.find((one) => holdsOn(date, one));
    if (rule !== undefined) return rule;
    throw new BillingFault(
      "TAX_INVALID",
      `expected a rate of tax ${quoted(code)} on ${date}; found none: add a rule whose dates include it`,
      ["taxes", place],
    );
  }
}

/** A fraction as a percentage: 20, 5.5. */
export function percentText(rate: Rational): string {
  return printShortest(rate.times(Rational.of(100n)), 9);
}

function signature(code: string, rate: Rational, factor: Rational, exemption: string | undefined): string {
  const compound = factor.equals(rate) ? "" : `(${percentText(factor)})`;
  return `${code}@${percentText(rate)}${compound}${exemption === undefined ? "" : "!exempt"}`;
}

interface Span {
  readonly from: LocalDate;
  readonly until?: LocalDate | undefined;
}

function holdsOn(date: LocalDate, span: Span): boolean {
  return span.from.day <= date.day && startsBefore({ from: date }, span.until);
}

function startsBefore({ from }: Span, end: LocalDate | undefined): boolean {
  return end === undefined || from.day < end.day;
}

function requireLengths(rules: readonly TaxRule[]): void {
  const checks = new InputChecks();
  for (const [index, { from, until }] of rules.entries()) {
    checks.interval([index], { from: from.place(), until: until?.place() });
  }
  checks.done();
}

function overlapping(rule: TaxRule, other: TaxRule, index: number): BillingFault {
  return new BillingFault(
    "TAX_INVALID",
    `expected one rate of tax ${quoted(rule.code)} at a time; found one from ${other.from} and one from ${rule.from} that overlap: end the earlier rule (until) where the later one begins`,
    [index],
  );
}
