import { LocalDate } from "../../calendar/src/local-date.ts";
import { Zone } from "../../calendar/src/zone.ts";
import { CycleRule } from "../src/cycles/cycle-rule.ts";
import type { CustomerFacts } from "../src/invoice/facts/customer-facts.ts";
import type { Subscription, Terms } from "../src/invoice/facts/subscription.ts";
import { Currency } from "../src/money/currency.ts";
import { Price } from "../src/money/price.ts";
import { Rational } from "../src/money/rational.ts";
import { TaxTable } from "../src/tax/rules/tax-table.ts";
import { UsagePrice } from "../src/usage/usage-price.ts";

/** The catalogue of a small ISP, parsed once as a run of invoices would. */
interface Catalogue {
  readonly currency: Currency;
  readonly cycle: CycleRule;
  readonly taxes: TaxTable;
  readonly fibre: readonly Terms[];
  readonly voice: Terms;
  readonly television: Terms;
}

/** The date up to which the sample is billed: everything of March is then owed. */
export const sampleTarget = LocalDate.parse("2026-04-01");

/**
 * Customers with three services each: fibre that changes its plan on some day of March, telephone
 * minutes used in March, television.
 */
export function sampleCustomers(count: number): CustomerFacts[] {
  const catalogue = readCatalogue();
  return Array.from({ length: count }, (_, index) => customer(index, catalogue));
}

function readCatalogue(): Catalogue {
  const currency = Currency.of("EUR");
  const price = (text: string) => Price.parse(text, currency);
  const terms = (plan: string, text: string, usage: readonly UsagePrice[] = []): Terms => ({
    plan,
    price: price(text),
    quantity: Rational.one,
    usage,
  });
  const minutes = UsagePrice.of({
    metric: "minutes",
    aggregate: "sum",
    model: { kind: "flat", unitPrice: price("0.029") },
    included: Rational.of(60n),
    rolloverPeriods: 0,
  });
  const vat = {
    code: "VAT",
    rate: Rational.of(20n, 100n),
    from: LocalDate.parse("2014-01-01"),
    compound: false,
  };
  return {
    currency,
    cycle: CycleRule.of("month", 1, { kind: "calendar" }),
    taxes: TaxTable.of([vat]),
    fibre: [terms("fibre-100", "29.90"), terms("fibre-500", "39.90"), terms("fibre-1000", "59.90")],
    voice: terms("voice", "4.99", [minutes]),
    television: terms("television", "12.50"),
  };
}

function customer(index: number, catalogue: Catalogue): CustomerFacts {
  const { currency, cycle, taxes, fibre, voice, television } = catalogue;
  const start = LocalDate.parse("2026-03-01");
  const service = (name: string, terms: Terms): Subscription => ({
    id: `${name}-${index}`,
    cycle,
    timing: "in-arrears",
    start: { on: start },
    terms,
    facts: [],
    taxes: ["VAT"],
  });
  const [before = voice, after = voice] = [fibre[index % 3], fibre[(index + 1) % 3]];
  const changed = start.plusDays(1 + (index % 30));
  return {
    currency,
    zone: Zone.of("Europe/Paris"),
    subscriptions: [
      { ...service("fibre", before), facts: [{ kind: "change", on: changed, terms: after }] },
      service("voice", voice),
      service("television", television),
    ],
    usage: [
      {
        subscription: `voice-${index}`,
        metric: "minutes",
        on: start.plusDays(index % 31),
        quantity: Rational.of(BigInt(30 + (index % 200))),
      },
    ],
    topUps: [],
    oneOffs: [],
    discounts: [],
    taxes,
    exemptions: [],
    blocks: [],
    billed: [],
    credited: [],
  };
}
