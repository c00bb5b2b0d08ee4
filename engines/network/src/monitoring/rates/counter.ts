/** An interface's counter, by the data of its device. */
export interface Counter {
  /** Bits of the counter: Counter32 or Counter64 (RFC 2578 section 7.1). */
  readonly width: 32 | 64;
  /** The bits on the wire per count: 8 for octets, 672 for the smallest Ethernet frame with preamble and gap. */
  readonly bitsPerCount: bigint;
  /** ifSpeed or ifHighSpeed as bits per second. Without it no increase is implausible. */
  readonly bitsPerSecond?: bigint;
}

/** The values that one poll read. */
export interface Reading {
  /** The instant of the poll, in seconds since 1970. */
  readonly at: number;
  readonly value: bigint;
  /** sysUpTime, hundredths of seconds; it wraps after 497 days (RFC 3418). */
  readonly upTime?: bigint;
  /** ifCounterDiscontinuityTime: the sysUpTime of the counter's last discontinuity (RFC 2863). */
  readonly discontinuity?: bigint;
}

export interface RateSettings {
  /** The longest time between two readings with a known count: RRDtool's heartbeat. */
  readonly longestGapSeconds: number;
  /** The largest error of the clocks, and the largest age of a value in an agent's answer. */
  readonly slackSeconds: number;
}
