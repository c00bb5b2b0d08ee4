/** The settings that accounting records do not contain. `docs/network/sessions.md` explains each choice. */
export interface SessionSettings {
  /** Acct-Interim-Interval in seconds; undefined if the NAS sends no interim records. */
  readonly interimSeconds: number | undefined;
  /** The number of intervals without news after which a session is considered lost. */
  readonly missedInterims: number;
  /** Width of the octet counters; `as-sent` is 64 bits for a session with gigawords and 32 for others. */
  readonly counters: "as-sent" | "32-bit" | "64-bit";
  /** The speed of the fastest line: no counter rises, wraps or counts from 0 faster. */
  readonly fastestBitsPerSecond: bigint;
  /**
   * The trust in Acct-Session-Time: `checked` against id, start and counters; `trusted` always; or `ignored`, for a
   * NAS that counts something else.
   */
  readonly sessionTime: "checked" | "trusted" | "ignored";
  /** Whether a plausible Event-Timestamp is used, or none. */
  readonly eventTime: "checked" | "ignored";
  /** The settings that differ for individual NASes, by their names. */
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

/** The settings for one NAS. */
export function settingsOf(settings: SessionSettings, nas: string): SessionSettings {
  return { ...settings, ...settings.perNas?.get(nas) };
}
