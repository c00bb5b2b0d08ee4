import { isWholeWithin } from "../../../../base/src/is-whole-within.ts";
import { NetworkFault } from "../../network-fault.ts";

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
  /**
   * Bytes from the subscriber since the session began: Acct-Input-Octets with its gigawords. Undefined where
   * the packet has none (RFC 2866 section 5.3 does not require it), which is not a count of 0.
   */
  readonly upload?: bigint | undefined;
  /** Bytes to the subscriber since the session began: Acct-Output-Octets with its gigawords. */
  readonly download?: bigint | undefined;
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

const widest = 2n ** 64n - 1n;
/** Seconds of 32 bits. */
const longest = 2 ** 32 - 1;

/**
 * Refuses a record that no packet can carry.
 * @throws NetworkFault SESSION_INVALID for a count or time that does not fit its attribute, or a session
 *   without NAS or id.
 */
export function requireRecord(record: AccountingRecord): void {
  const { status, nas, upload, download, seconds = 0, delay } = record;
  demand(nas !== "", "a NAS", "an empty text");
  demand(hasSession(record), "a session id", `none in the record of status ${status}`);
  const counts = `${upload ?? "none"} and ${download ?? "none"}`;
  demand((upload ?? 0n) >= 0n && (download ?? 0n) >= 0n, "octets of 0 or more", counts);
  demand((upload ?? 0n) <= widest && (download ?? 0n) <= widest, "octets of 64 bits at most", counts);
  demand(isWholeWithin(seconds, 0, longest), "a session time of 0 or more whole seconds", `${seconds}`);
  demand(isWholeWithin(delay, 0, longest), "a delay of 0 or more whole seconds", `${delay}`);
}

/** Whether a record of a session names it; a record of the whole NAS need not. */
export function hasSession({ status, session }: AccountingRecord): boolean {
  return status === "on" || status === "off" || session !== "";
}

function demand(holds: boolean, expected: string, found: string): void {
  if (holds) return;
  throw new NetworkFault(
    "SESSION_INVALID",
    `expected ${expected}; found ${found}: write what the NAS sent, see RFC 2866 section 5`,
  );
}
