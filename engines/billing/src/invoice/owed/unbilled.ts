/** A fact that is not billed, and why. */
export interface Unbilled {
  readonly subscription: string;
  readonly reason: string;
}
