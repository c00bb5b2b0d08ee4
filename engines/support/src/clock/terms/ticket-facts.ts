import type { Agreement } from "./agreement.ts";

/** An event of a ticket. Instants are whole seconds since 1970. */
export type TicketEvent = { readonly id: string; readonly at: number } & (
  | {
      readonly kind: "message";
      readonly from: "customer" | "agent";
      /** Whether the other side can read it; false for an internal note. */
      readonly public: boolean;
      /** Not written by a person, such as a receipt or an absence notice. It neither asks nor answers anything. */
      readonly automatic: boolean;
    }
  | { readonly kind: "state"; readonly state: string }
  /** A new priority, contract or calendar: the promises from now on. */
  | { readonly kind: "agreement"; readonly agreement: Agreement }
);

/** A ticket from its opening on. */
export interface TicketFacts {
  readonly openedAt: number;
  /** The author of the public message that opened it. An agent's message needs no first response. */
  readonly openedBy: "customer" | "agent";
  readonly state: string;
  readonly agreement: Agreement;
  /** Events of the same instant happened in the listed order. */
  readonly events: readonly TicketEvent[];
}
