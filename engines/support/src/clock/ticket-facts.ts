import type { Agreement } from "./agreement.ts";

/** What happened to a ticket; instants are whole seconds since 1970. */
export type TicketEvent = { readonly id: string; readonly at: number } & (
  | {
      readonly kind: "message";
      readonly from: "customer" | "agent";
      /** The other side can read it; false for an internal note. */
      readonly public: boolean;
      /** Written by no person: a receipt, an absence notice. It asks nothing and answers nothing. */
      readonly automatic: boolean;
    }
  | { readonly kind: "state"; readonly state: string }
  /** Another priority, contract or calendar: what is promised from now on. */
  | { readonly kind: "agreement"; readonly agreement: Agreement }
);

/** A ticket from its opening on. */
export interface TicketFacts {
  readonly openedAt: number;
  /** Whose public message opened it; an agent's needs no first response. */
  readonly openedBy: "customer" | "agent";
  readonly state: string;
  readonly agreement: Agreement;
  /** Those of one instant happened in the order in which they are listed. */
  readonly events: readonly TicketEvent[];
}
