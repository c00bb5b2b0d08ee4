import type { Path } from "../../../base/src/path.ts";
import { BillingFault } from "../billing-fault.ts";
import { Rational } from "../money/rational.ts";
import type { Tier } from "./price-model.ts";
import { quantityText } from "./quantity-text.ts";

/**
 * The tiers, if they rise and only the last has no end.
 * @throws BillingFault USAGE_INVALID otherwise.
 */
export function checkedTiers(tiers: readonly Tier[]): Tier[] {
  if (tiers.length === 0) {
    throw badTiers(
      [],
      'at least one tier; found none: write one without "upTo", such as {"unitPrice": "0.10"}',
    );
  }
  let below = Rational.zero;
  for (const [index, { upTo }] of tiers.entries()) {
    requireEnd(index, upTo, below, index === tiers.length - 1);
    below = upTo ?? below;
  }
  return [...tiers];
}

function requireEnd(index: number, upTo: Rational | undefined, below: Rational, isLast: boolean): void {
  const path = [index, "upTo"];
  const least = quantityText(below);
  if (upTo === undefined) {
    if (isLast) return;
    throw badTiers(path, `an end of every tier but the last; found none: write an upTo above ${least}`);
  }
  const end = quantityText(upTo);
  if (isLast) {
    throw badTiers(
      path,
      `no end of the last tier; found ${end}: leave upTo out, or add a tier without upTo for quantities above ${end}`,
    );
  }
  if (upTo.compare(below) > 0) return;
  const where = index === 0 ? least : `${least}, where the tier before it ends`;
  throw badTiers(path, `an end above ${where}; found ${end}: write the tiers from low to high`);
}

function badTiers(path: Path, fault: string): BillingFault {
  return new BillingFault("USAGE_INVALID", `expected ${fault}`, path);
}
