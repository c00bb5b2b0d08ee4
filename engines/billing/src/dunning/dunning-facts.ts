import type { LocalDate } from "../../../calendar/src/local-date.ts";
import type { Money } from "../money/money.ts";

/** A step of reminding; the policy lists them from mild to hard. */
export interface DunningStage {
  readonly name: string;
  /** Days after the due date from which it holds; at least 1. */
  readonly afterDays: number;
  /** The actions due when the customer enters it: "email", "letter", "fee". */
  readonly actions: readonly string[];
  /** The service is blocked while it holds. */
  readonly blocks: boolean;
}

export interface DunningPolicy {
  readonly stages: readonly DunningStage[];
  /** Overdue sums below it cause no reminder. */
  readonly minimum: Money;
}

/** The demanded amounts, the payments and the agreements. */
export interface DunningFacts {
  readonly invoices: readonly { readonly id: string; readonly due: LocalDate; readonly amount: Money }[];
  /** Without an invoice a payment goes to the oldest due date first. */
  readonly payments: readonly {
    readonly id: string;
    readonly on: LocalDate;
    readonly amount: Money;
    readonly invoice?: string | undefined;
  }[];
  /** Payments that were taken back, such as a returned direct debit. */
  readonly reversals: readonly { readonly payment: string; readonly on: LocalDate }[];
  readonly credits: readonly { readonly invoice: string; readonly on: LocalDate; readonly amount: Money }[];
  /** Agreed on `from`, to be kept by the end of `until`. */
  readonly promises: readonly { readonly from: LocalDate; readonly until: LocalDate }[];
  /** Dates on which the customer is not reminded and the stage does not rise; `until` is the first date after them. */
  readonly exclusions: readonly { readonly from: LocalDate; readonly until?: LocalDate | undefined }[];
}
