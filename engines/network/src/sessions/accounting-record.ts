import { NetworkFault } from "../network-fault.ts";

export const accountingStatuses = ["start", "interim", "stop", "on", "off"] as const;

/** One Accounting-Request as far as sessions are concerned (RFC 2866, RFC 2869). */
export interface AccountingRecord {
  /** Acct-Status-Type; `on` and `off` are about the whole NAS. */
  readonly status: (typeof accountingStatuses)[number];
  /** NAS-Identifier or the address of the NAS: ids of sessions are unique for one NAS only. */
  readonly nas: string;
  /** Acct-Session-Id. */
  readonly session: string;
  /** User-Name; empty where the NAS sent none. */
  readonly user: string;
  /** Bytes from the subscriber since the session began: Acct-Input-Octets with its gigawords. */
  readonly upload: bigint;
  /** Bytes to the subscriber since the session began: Acct-Output-Octets with its gigawords. */
  readonly download: bigint;
  /** The packet carried gigawords, so the NAS counts in 64 bits. */
  readonly wide: boolean;
  /** Acct-Session-Time in seconds. */
  readonly seconds?: number | undefined;
  /** When the packet arrived, by the clock of the server. */
  readonly arrivedAt: number;
  /** Acct-Delay-Time: for how many seconds the NAS has been trying to send it. */
  readonly delay: number;
  /** Event-Timestamp, by the clock of the NAS. */
  readonly eventAt?: number | undefined;
  readonly multiSession?: string | undefined;
  /** Class as the Access-Accept gave it, in hex. */
  readonly class?: string | undefined;
  /** Acct-Terminate-Cause by its name. */
  readonly cause?: string | undefined;
}

/**
 * Refuses a record that no NAS can have sent.
 * @throws NetworkFault SESSION_INVALID for a negative counter or time, or a session without NAS or id.
 */
export function requireRecord(record: AccountingRecord): void {
  const { status, nas, session, upload, download, seconds = 0, delay } = record;
  demand(nas !== "", "a NAS", "an empty text");
  demand(
    status === "on" || status === "off" || session !== "",
    "a session id",
    `none in the record of status ${status}`,
  );
  demand(upload >= 0n && download >= 0n, "octets of 0 or more", `${upload} and ${download}`);
  demand(
    Number.isInteger(seconds) && seconds >= 0,
    "a session time of 0 or more whole seconds",
    `${seconds}`,
  );
  demand(Number.isInteger(delay) && delay >= 0, "a delay of 0 or more whole seconds", `${delay}`);
}

function demand(holds: boolean, expected: string, found: string): void {
  if (holds) return;
  throw new NetworkFault(
    "SESSION_INVALID",
    `expected ${expected}; found ${found}: write what the NAS sent, see RFC 2866 section 5`,
  );
}
