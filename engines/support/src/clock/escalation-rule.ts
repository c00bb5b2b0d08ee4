/** When somebody is to be told about a clock; `name` says whom, in the caller's words. */
export type EscalationRule =
  /** When so much of the target is used; above 100 after it is due. */
  | { readonly name: string; readonly kind: "percent"; readonly percent: number }
  /**
   * So many minutes before or after it is due, of working time (which stands still with the clock) or of the
   * wall clock (which does not).
   */
  | {
      readonly name: string;
      readonly kind: "before" | "after";
      readonly minutes: number;
      readonly time: "working" | "wall";
    };
