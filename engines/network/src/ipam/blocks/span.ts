/** The numbers from `start` to before `end`. */
export interface Span {
  readonly start: bigint;
  readonly end: bigint;
}
