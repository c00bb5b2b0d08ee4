/** The true course of a session, known for every second. */
export interface TrueSession {
  readonly nas: string;
  readonly id: string;
  readonly user: string;
  readonly begin: number;
  /** Bytes to and from the subscriber between one report and the next; the last report is the stop. */
  readonly intervals: readonly { readonly seconds: number; readonly up: number; readonly down: number }[];
}

/** A NAS's way of reporting, and the arrival of its reports. */
export interface Delivery {
  readonly timestamps: boolean;
  readonly gigawords: boolean;
  /** By session and report (0 is the start): the delays in seconds, one for each arrival. */
  readonly lateness: readonly (readonly (readonly number[])[])[];
}

/** A report that arrived at least once, with the true counters. */
export interface KnownReport {
  readonly at: number;
  readonly up: bigint;
  readonly down: bigint;
  readonly kind: "start" | "interim" | "stop";
}

/** Every report of a session, arrived or not. */
export function reportsOf({ begin, intervals }: TrueSession): KnownReport[] {
  const reports: KnownReport[] = [{ at: begin, up: 0n, down: 0n, kind: "start" }];
  let [at, up, down] = [begin, 0n, 0n];
  intervals.forEach((interval, index) => {
    at += interval.seconds;
    up += BigInt(interval.up);
    down += BigInt(interval.down);
    reports.push({ at, up, down, kind: index === intervals.length - 1 ? "stop" : "interim" });
  });
  return reports;
}
