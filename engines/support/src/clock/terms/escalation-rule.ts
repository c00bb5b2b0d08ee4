/** A rule for the time to notify a person about a clock. `name` identifies the recipient in the caller's words. */
export type EscalationRule =
  /** When this part of the target is used. A value above 100 is after it is due. */
  | { readonly name: string; readonly kind: "percent"; readonly percent: number }
  /**
   * Minutes before or after it is due, of working time (which pauses with the clock) or of the wall clock (which does
   * not).
   */
  | {
      readonly name: string;
      readonly kind: "before" | "after";
      readonly minutes: number;
      readonly time: "working" | "wall";
    };
