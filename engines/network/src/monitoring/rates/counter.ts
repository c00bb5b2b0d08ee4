/** A counter of an interface, as its device describes it. */
export interface Counter {
  /** Bits of the counter: Counter32 or Counter64 (RFC 2578 section 7.1). */
  readonly width: 32 | 64;
  /** What one count is on the wire: 8 for octets, 672 for the smallest Ethernet frame with preamble and gap. */
  readonly bitsPerCount: bigint;
  /** ifSpeed or ifHighSpeed as bits per second; without it no increase can be called impossible. */
  readonly bitsPerSecond?: bigint;
}

/** What one poll read. */
export interface Reading {
  /** When it was read, in seconds since 1970. */
  readonly at: number;
  readonly value: bigint;
  /** sysUpTime, hundredths of seconds; it wraps after 497 days (RFC 3418). */
  readonly upTime?: bigint;
  /** ifCounterDiscontinuityTime: the sysUpTime of the counter's last break (RFC 2863). */
  readonly discontinuity?: bigint;
}

export interface RateSettings {
  /** Between two readings further apart than this nothing is known: RRDtool's heartbeat. */
  readonly longestGapSeconds: number;
  /** How far clocks may be off, and how old a value may be that an agent answers with. */
  readonly slackSeconds: number;
}
