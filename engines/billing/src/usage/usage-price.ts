import { BillingFault } from "../billing-fault.ts";
import type { Price } from "../money/price.ts";
import type { Rational } from "../money/rational.ts";
import type { PriceModel, Tier } from "./price-model.ts";
import { quantityText } from "./quantity-text.ts";

export const aggregates = ["sum", "maximum", "latest", "count", "percentile-95"] as const;
/** How the quantities of a period become one. */
export type Aggregate = (typeof aggregates)[number];

/** Aggregates that measure how high something stood, however long: the days of a part of a period are no part of them. */
const levels: readonly Aggregate[] = ["maximum", "latest", "percentile-95"];

export const partsOfLevels = ["prorate", "full"] as const;

export interface UsagePriceTerms {
  readonly metric: string;
  readonly aggregate: Aggregate;
  readonly model: PriceModel;
  /** Units of each period that cost nothing; 0 without allowance. */
  readonly included: Rational;
  /** Unused included units live on for so many further periods; 0 without rollover. */
  readonly rolloverPeriods: number;
  /** Whether a level in a part of a period costs its share of the days ("prorate", if absent) or as much as in a whole period. */
  readonly parts?: (typeof partsOfLevels)[number] | undefined;
  /** The least a period costs, and the most. */
  readonly minimum?: Price | undefined;
  readonly maximum?: Price | undefined;
}

/** The price of one metric in a plan. */
export class UsagePrice implements UsagePriceTerms {
  readonly metric: string;
  readonly aggregate: Aggregate;
  readonly model: PriceModel;
  readonly included: Rational;
  readonly rolloverPeriods: number;
  readonly minimum: Price | undefined;
  readonly maximum: Price | undefined;
  /** Whether a part of a period costs its share of the price of the whole. A sum of a part is smaller by itself. */
  readonly isProrated: boolean;
  /** Equal for prices that charge the same. */
  readonly signature: string;

  private constructor(terms: UsagePriceTerms) {
    this.metric = terms.metric;
    this.aggregate = terms.aggregate;
    this.model = terms.model;
    this.included = terms.included;
    this.rolloverPeriods = terms.rolloverPeriods;
    this.minimum = terms.minimum;
    this.maximum = terms.maximum;
    this.isProrated = levels.includes(terms.aggregate) && terms.parts !== "full";
    this.signature = JSON.stringify([
      ...[terms.metric, terms.aggregate, modelText(terms.model), quantityText(terms.included)],
      ...[terms.rolloverPeriods, terms.minimum?.text, terms.maximum?.text, this.isProrated],
    ]);
  }

  /** @throws BillingFault USAGE_INVALID for units that are free twice, an aggregate beside a percentage, parts of what is no level, or a maximum below the minimum. */
  static of(terms: UsagePriceTerms): UsagePrice {
    if (terms.model.kind === "percentage" && !terms.included.isZero()) {
      throw new BillingFault(
        "USAGE_INVALID",
        "expected no included units with a percentage; found some: write freeAmount or freeEvents in the model",
        ["included"],
      );
    }
    if (terms.model.kind === "percentage" && terms.aggregate !== "sum") {
      throw new BillingFault(
        "USAGE_INVALID",
        `expected the aggregate "sum" with a percentage, which is of each event; found "${terms.aggregate}": leave the aggregate out, or write another model`,
        ["aggregate"],
      );
    }
    if (terms.parts !== undefined && !levels.includes(terms.aggregate)) {
      throw new BillingFault(
        "USAGE_INVALID",
        `expected parts only with an aggregate that is a level: ${levels.join(", ")}; found the aggregate "${terms.aggregate}", of which each part of a period has its own: leave parts out`,
        ["parts"],
      );
    }
    if (terms.model.kind === "package") requirePackageSize(terms.model.size);
    const { minimum, maximum } = terms;
    if (
      minimum !== undefined &&
      maximum !== undefined &&
      maximum.minorUnits.compare(minimum.minorUnits) < 0
    ) {
      throw new BillingFault(
        "USAGE_INVALID",
        `expected a maximum of at least the minimum ${minimum}; found ${maximum}: exchange or correct them`,
        ["maximum"],
      );
    }
    return new UsagePrice(terms);
  }
}

/** @throws BillingFault USAGE_INVALID for packages that hold nothing. */
function requirePackageSize(size: Rational): void {
  if (!size.isZero() && !size.isNegative()) return;
  throw new BillingFault(
    "USAGE_INVALID",
    `expected a package size above 0; found ${quantityText(size)}: write how many units one package holds`,
    ["model", "size"],
  );
}

function modelText(model: PriceModel): unknown {
  switch (model.kind) {
    case "flat":
      return [model.kind, model.unitPrice.text];
    case "graduated":
    case "volume":
      return [model.kind, model.tiers.map(tierText)];
    case "package":
      return [model.kind, quantityText(model.size), model.price.text];
    case "percentage":
      return [
        model.kind,
        quantityText(model.rate),
        model.feePerEvent?.text,
        model.freeEvents,
        freeText(model.freeAmount),
      ];
  }
}

function tierText({ upTo, unitPrice, fee }: Tier): unknown {
  return [freeText(upTo), unitPrice.text, fee?.text];
}

function freeText(quantity: Rational | undefined): string | undefined {
  return quantity === undefined ? undefined : quantityText(quantity);
}
