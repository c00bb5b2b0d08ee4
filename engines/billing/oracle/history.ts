import type { BillingSettings } from "../src/settings.ts";

/** A random history: an input of the `invoice` command, as far as the tests vary it. */
export interface History {
  readonly currency: "EUR";
  readonly target: string;
  readonly subscriptions: readonly HistorySubscription[];
  readonly usage: readonly {
    readonly subscription: string;
    readonly metric: string;
    readonly on: string;
    readonly quantity: string;
  }[];
  readonly discounts: readonly HistoryDiscount[];
  readonly taxes: readonly {
    readonly code: "VAT";
    readonly rate: string;
    readonly from: string;
    readonly until?: string | undefined;
  }[];
  readonly settings: { readonly prices: "exclusive" | "inclusive" } & Partial<BillingSettings>;
}

export interface HistoryTerms {
  readonly plan: string;
  readonly price: string;
  readonly quantity: string;
  readonly usage: readonly HistoryUsagePrice[];
}

export interface HistoryUsagePrice {
  readonly metric: "megabytes";
  readonly aggregate: "sum" | "count" | "maximum" | "latest" | "percentile-95";
  readonly parts?: "prorate" | "full" | undefined;
  readonly included: string;
  readonly model:
    | { readonly kind: "flat"; readonly unitPrice: string }
    | {
        readonly kind: "graduated";
        readonly tiers: readonly [
          { readonly upTo: string; readonly unitPrice: string },
          { readonly unitPrice: string },
        ];
      };
}

export type HistoryFact = { readonly on: string } & (
  | { readonly kind: "change"; readonly terms: HistoryTerms }
  | { readonly kind: "pause" | "resume" | "cancel" }
  | { readonly kind: "realign"; readonly dayOfMonth: number }
  | { readonly kind: "realign"; readonly dayOfWeek: number }
);

export interface HistorySubscription {
  readonly id: string;
  readonly cycle: {
    readonly unit: "day" | "week" | "month" | "quarter" | "half-year" | "year";
    readonly count: number;
    readonly alignment: {
      readonly kind: "anniversary" | "calendar";
      readonly dayOfMonth?: number | undefined;
      readonly month?: number | undefined;
      readonly dayOfWeek?: number | undefined;
    };
  };
  readonly timing: "in-advance" | "in-arrears";
  readonly start: { readonly on: string };
  readonly trialEnd?: { readonly on: string } | undefined;
  readonly terms: HistoryTerms;
  readonly facts: readonly HistoryFact[];
  readonly taxes: readonly "VAT"[];
}

export interface HistoryDiscount {
  readonly id: string;
  readonly value:
    | { readonly kind: "amount"; readonly amount: string }
    | { readonly kind: "percentage"; readonly rate: string };
  readonly from: string;
  readonly until?: string | undefined;
  readonly cycles?: number | undefined;
}
