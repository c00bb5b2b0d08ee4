import { Rational } from "../../money/rational.ts";
import type { AppliedRate } from "../rules/applied-rate.ts";

/** An ordinary tax that everybody pays, by its percentage: 9.975 is `flatRate("QST", "9.975")`. */
export function flatRate(code: string, percent: string): AppliedRate {
  const [whole = "", decimals = ""] = percent.split(".");
  const rate = Rational.of(BigInt(whole + decimals), 100n * 10n ** BigInt(decimals.length));
  return { code, rate, factor: rate, usualFactor: rate, compound: false, signature: `${code}@${percent}` };
}
