import { Rational } from "../money/rational.ts";
import type { PercentageModel } from "./price-model.ts";
import { quantityText } from "./quantity-text.ts";
import type { Rated } from "./rated.ts";

/**
 * A share of each event's amount plus a fee per charged event. An event is free while both free
 * allowances last; the one that crosses the free amount pays for what lies above it.
 * @param amounts of the events in their order, in major units
 * @param scale minor units of a major one
 */
export function ratePercentage(model: PercentageModel, amounts: readonly Rational[], scale: bigint): Rated {
  let seen = Rational.zero;
  let charged = Rational.zero;
  let chargedEvents = 0;
  for (const [index, amount] of amounts.entries()) {
    const freeRoom = freeRoomFor(model, index, seen);
    seen = seen.plus(amount);
    if (freeRoom !== undefined && amount.compare(freeRoom) <= 0) continue;
    charged = charged.plus(freeRoom === undefined ? amount : amount.minus(freeRoom));
    chargedEvents += 1;
  }
  const fees = Rational.of(BigInt(chargedEvents)).times(model.feePerEvent?.minorUnits ?? Rational.zero);
  const fee = model.feePerEvent === undefined ? "" : ` + ${chargedEvents} × ${model.feePerEvent}`;
  return {
    minorUnits: charged.times(model.rate).times(Rational.of(scale)).plus(fees),
    steps: [`${quantityText(model.rate.times(Rational.of(100n)))} % of ${quantityText(charged)}${fee}`],
  };
}

/** How much of the event at this place may be free; undefined when nothing is. */
function freeRoomFor(model: PercentageModel, index: number, seen: Rational): Rational | undefined {
  const { freeEvents, freeAmount } = model;
  if (freeEvents === undefined && freeAmount === undefined) return undefined;
  if (freeEvents !== undefined && index >= freeEvents) return undefined;
  if (freeAmount === undefined) return boundless;
  const room = freeAmount.minus(seen);
  return room.compare(Rational.zero) > 0 ? room : undefined;
}

const boundless = Rational.of(10n ** 60n);
