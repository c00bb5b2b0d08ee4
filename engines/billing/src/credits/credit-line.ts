import { BillingFault } from "../billing-fault.ts";
import { allocateUnits } from "../money/allocate-units.ts";
import { Rational } from "../money/rational.ts";
import { roundHalfUp } from "../money/round-half-up.ts";
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
 * Credits an amount that includes tax: net and taxes get their share of it by what is left of each.
 * @throws BillingFault CREDIT_EXCEEDS_LINE for more than is left, or less than 0.
 */
export function creditGross(left: LeftOfLine, gross: bigint): LeftOfLine {
  const most = grossLeft(left);
  requireWithin(gross, most);
  if (most === 0n) return creditNet(left, 0n);
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
