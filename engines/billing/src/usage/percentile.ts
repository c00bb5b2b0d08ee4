import { BillingFault } from "../billing-fault.ts";
import { Rational } from "../money/rational.ts";
import type { BillingSettings } from "../settings.ts";

/**
 * The rate below which 95 % of the samples lie. Nearest rank is how transit is billed: sort,
 * discard the top twentieth (rounded down), bill the highest one left. Interpolated is the
 * spreadsheets' PERCENTILE.INC.
 * @throws BillingFault USAGE_INVALID without samples.
 */
export function percentile95(
  samples: readonly Rational[],
  method: BillingSettings["percentileMethod"] = "nearest-rank",
): Rational {
  if (samples.length === 0) {
    throw new BillingFault(
      "USAGE_INVALID",
      "expected at least one sample for the 95th percentile; found none",
    );
  }
  const sorted = [...samples].sort((one, other) => one.compare(other));
  return method === "nearest-rank" ? nearestRank(sorted) : interpolated(sorted);
}

const part = Rational.of(95n, 100n);

function nearestRank(sorted: readonly Rational[]): Rational {
  const rank = part.times(Rational.of(BigInt(sorted.length))).ceiling();
  return at(sorted, rank - 1n);
}

function interpolated(sorted: readonly Rational[]): Rational {
  const place = part.times(Rational.of(BigInt(sorted.length - 1)));
  const below = place.floor();
  const low = at(sorted, below);
  const high = at(sorted, place.ceiling());
  return low.plus(high.minus(low).times(place.minus(Rational.of(below))));
}

function at(sorted: readonly Rational[], index: bigint): Rational {
  return sorted[Number(index)] ?? Rational.zero;
}
