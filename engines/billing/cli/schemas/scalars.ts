import { z } from "zod";
import { found } from "../../../base/cli/schemas/expected.ts";
import { attempt, parsed } from "../../../base/cli/schemas/parsed.ts";
import { record } from "../../../base/cli/schemas/record.ts";
import { date, instant } from "../../../base/cli/schemas/scalars.ts";
import type { LocalDate } from "../../../calendar/src/local-date.ts";
import { BillingFault } from "../../src/billing-fault.ts";
import type { Moment } from "../../src/cycles/moment.ts";
import { Period } from "../../src/cycles/period.ts";
import { Currency } from "../../src/money/currency.ts";
import { Money } from "../../src/money/money.ts";
import { parseDecimal } from "../../src/money/parse-decimal.ts";
import { Price } from "../../src/money/price.ts";
import { Rational } from "../../src/money/rational.ts";

export const currency = parsed("EUR", "currency code of ISO 4217", Currency.of);

/** Amounts of the input's one currency. */
export function amount(money: Currency) {
  return parsed(Money.of(1234n, money).toString(), `amount of ${money.code}`, (text) =>
    Money.parse(text, money),
  );
}

/** Amounts of 0 or more. */
export function positiveAmount(money: Currency) {
  return parsed(Money.of(1234n, money).toString(), `amount of ${money.code}, 0 or more`, (text) =>
    notNegative(Money.parse(text, money), text),
  );
}

/** The smallest coin that a sum is paid in. */
export function smallestCoin(money: Currency) {
  return parsed("0.05", `smallest coin of ${money.code}, to which the sum to be paid is rounded`, (text) => {
    const minor = parseDecimal(text).times(Rational.of(10n ** BigInt(money.decimals)));
    const isWhole = minor.compare(Rational.of(minor.floor())) === 0;
    if (isWhole && isCoin(minor.floor())) return Money.parse(text, money);
    throw refused(
      `a coin above 0, of 1, 2, 5 or 25 with zeros before or after, with at most ${money.decimals} decimals`,
      text,
      'write a coin that exists, such as "0.05", or leave cashRounding out',
    );
  });
}

/** Coins of all currencies are 1, 2 or 5 times a power of ten; a few have quarters. */
function isCoin(minor: bigint): boolean {
  if (minor <= 0n) return false;
  return minor % 10n === 0n ? isCoin(minor / 10n) : [1n, 2n, 5n, 25n].includes(minor);
}

/** Rates, which may be finer than a minor unit. */
export function price(money: Currency) {
  return parsed("0.0006", `exact rate in ${money.code}, 0 or more`, (text) => {
    notNegative(parseDecimal(text), text);
    return Price.parse(text, money);
  });
}

export const quantity = parsed("1.5", "exact quantity, 0 or more", (text) =>
  notNegative(parseDecimal(text), text),
);

export const percentage = parsed("20", "percentage from 0 to 100", parsePercentage);

/** A percentage as it was printed. */
export const percentageText = parsed("20", "percentage from 0 to 100", (text) => {
  parsePercentage(text);
  return text;
});

function parsePercentage(text: string): Rational {
  const value = notNegative(parseDecimal(text), text).dividedBy(Rational.of(100n));
  if (value.compare(Rational.one) > 0)
    throw refused("a percentage from 0 to 100", text, 'write "20" for 20 %');
  return value;
}

export const period = record({ from: date, to: date }).transform(({ from, to }, context) =>
  attempt(() => Period.of(from, to), context),
);

/** `on` a local date or `at` an instant: spread into the record of the fact. */
export const momentFields = {
  on: date.optional().describe("local date"),
  at: instant.optional().describe("instant, instead of a date"),
};

/** The moment that an object with one of the fields names. */
export const moment = record(momentFields, asMoment).transform((fields, context) =>
  momentOf(fields, context),
);

/** A date or an instant alone, written as the object that it belongs into. */
function asMoment(given: unknown): string {
  const field = typeof given === "string" && given.includes("T") ? "at" : "on";
  return `{"${field}": ${typeof given === "string" ? found(given) : '"2026-03-01"'}}`;
}

/** The moment that the two fields name; `dateField` is what the field of the date is called. */
export function momentOf(
  { on, at }: { readonly on?: LocalDate | undefined; readonly at?: number | undefined },
  context: z.RefinementCtx,
  dateField = "on",
): Moment {
  if (on !== undefined && at === undefined) return { on };
  if (on === undefined && at !== undefined) return { at };
  context.addIssue({
    code: "custom",
    message: `expected either "${dateField}" (a date) or "at" (an instant); found ${on === undefined ? "neither" : "both"}: write one of them`,
  });
  return z.NEVER;
}

function notNegative<Value extends { isNegative(): boolean }>(value: Value, text: string): Value {
  if (value.isNegative()) throw refused("0 or more", text, "write it without the minus sign");
  return value;
}

function refused(what: string, text: string, remedy: string): BillingFault {
  return new BillingFault("AMOUNT_INVALID", `expected ${what}; found ${found(text)}: ${remedy}`);
}
