import { BillingFault } from "../billing-fault.ts";
import { allocateUnits } from "../money/allocate-units.ts";
import { Rational } from "../money/rational.ts";
import { roundAs } from "../money/round-as.ts";
import { roundHalfUp } from "../money/round-half-up.ts";
import type { BillingSettings } from "../settings.ts";
import { grossLeft, type LeftOfLine } from "./left-of-line.ts";

/**
 * Credits a net amount of a line together with its share of each tax. Shares are taken from what
 * is left, so that the credit which takes the last of the net takes the last cent of every tax.
 * @throws BillingFault CREDIT_EXCEEDS_LINE for more than is left, or less than 0.
 */
export function creditNet(left: LeftOfLine, net: bigint): LeftOfLine {
  requireWithin(net, left.net);
  if (left.net === 0n) return { net, taxes: left.taxes.map(() => 0n) };
  return { net, taxes: left.taxes.map((tax) => roundHalfUp(Rational.of(tax * net, left.net))) };
}

/**
 * Credits an amount that includes tax: net and taxes get their share of it by what is left of each. What
 * whole units leave over goes where `inclusiveRounding` says, as on an invoice: with `net` each tax is rounded
 * by itself and the net takes the difference, so that equal taxes give back the same; with `tax` the net is
 * rounded by itself and the taxes with the largest remainders take it.
 * @throws BillingFault CREDIT_EXCEEDS_LINE for more than is left, or less than 0.
 */
export function creditGross(
  left: LeftOfLine,
  gross: bigint,
  inclusiveRounding: BillingSettings["inclusiveRounding"],
): LeftOfLine {
  const most = grossLeft(left);
  requireWithin(gross, most);
  if (most === 0n) return creditNet(left, 0n);
  const ofGross = (part: bigint) => Rational.of(part * gross, most);
  return (
    (inclusiveRounding === "net"
      ? eachTaxByItself(left, gross, ofGross)
      : taxesOf(left, gross, roundHalfUp(ofGross(left.net)))) ?? byRemainder(left, gross)
  );
}

/** Each tax rounded by itself: half up, or else down or up, so that the net is neither negative nor too much. */
function eachTaxByItself(
  left: LeftOfLine,
  gross: bigint,
  ofGross: (part: bigint) => Rational,
): LeftOfLine | undefined {
  for (const mode of ["half-up", "down", "up"] as const) {
    const taxes = left.taxes.map((tax) => roundAs(mode, ofGross(tax)));
    const net = taxes.reduce((rest, tax) => rest - tax, gross);
    if (net >= 0n && net <= left.net) return { net, taxes };
  }
  return undefined;
}

function taxesOf(left: LeftOfLine, gross: bigint, net: bigint): LeftOfLine {
  return { net, taxes: shares(gross - net, left.taxes) };
}

/** For a line whose net is too small to take any difference. */
function byRemainder(left: LeftOfLine, gross: bigint): LeftOfLine {
  const [net = 0n, ...taxes] = shares(gross, [left.net, ...left.taxes]);
  return { net, taxes };
}

/** Splits units by what is left of each part; no part gets more than that. */
export function shares(units: bigint, left: readonly bigint[]): bigint[] {
  if (units === 0n) return left.map(() => 0n);
  return allocateUnits(
    units,
    left.map((part) => Rational.of(part)),
  );
}

/** @throws BillingFault CREDIT_EXCEEDS_LINE outside of 0 to the most that may be credited. */
export function requireWithin(amount: bigint, most: bigint): void {
  if (amount >= 0n && amount <= most) return;
  throw new BillingFault(
    "CREDIT_EXCEEDS_LINE",
    `expected a credit from 0 to the ${most} minor units that are left; found ${amount}: earlier credits, discounts and adjustments count against it`,
  );
}
