/** What accounting cannot say of itself. `docs/network/sessions.md` says what each choice means. */
export interface SessionSettings {
  /** Acct-Interim-Interval in seconds; undefined where the NAS sends no interim records. */
  readonly interimSeconds: number | undefined;
  /** After how many intervals without news a session is taken for lost. */
  readonly missedInterims: number;
  /** Width of the octet counters; `as-sent` is 64 bits for a session with gigawords and 32 for others. */
  readonly counters: "as-sent" | "32-bit" | "64-bit";
  /** No subscriber is faster: no counter wraps or counts from 0 at a higher speed. */
  readonly fastestBitsPerSecond: bigint;
  /**
   * What Acct-Session-Time is worth: `checked` against id, start and counters; `trusted` in all; or `ignored`,
   * for a NAS that counts something else.
   */
  readonly sessionTime: "checked" | "trusted" | "ignored";
  /** Whether Event-Timestamp is looked at where it is believable, or never. */
  readonly eventTime: "checked" | "ignored";
  /** What is different for single NASes, by their names. */
  readonly perNas?: ReadonlyMap<string, Partial<Omit<SessionSettings, "perNas">>> | undefined;
}

export const defaultSessionSettings: SessionSettings = {
  interimSeconds: 300,
  missedInterims: 3,
  counters: "as-sent",
  fastestBitsPerSecond: 10_000_000_000n,
  sessionTime: "checked",
  eventTime: "checked",
};

/** The settings that hold for one NAS. */
export function settingsOf(settings: SessionSettings, nas: string): SessionSettings {
  return { ...settings, ...settings.perNas?.get(nas) };
}
