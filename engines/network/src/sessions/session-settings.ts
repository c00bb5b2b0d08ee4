/** What accounting cannot say of itself. `docs/network/sessions.md` says what each choice means. */
export interface SessionSettings {
  /** Acct-Interim-Interval in seconds; undefined where the NAS sends no interim records. */
  readonly interimSeconds: number | undefined;
  /** After how many intervals without news a session is taken for lost. */
  readonly missedInterims: number;
  /** Width of the octet counters; `as-sent` is 64 bits for a session with gigawords and 32 for others. */
  readonly counters: "as-sent" | "32-bit" | "64-bit";
  /** No subscriber is faster: a 32-bit counter that would have to be has been reset, not wrapped. */
  readonly fastestBitsPerSecond: bigint;
}

export const defaultSessionSettings: SessionSettings = {
  interimSeconds: 300,
  missedInterims: 3,
  counters: "as-sent",
  fastestBitsPerSecond: 10_000_000_000n,
};
