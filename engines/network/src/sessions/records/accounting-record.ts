import { isWholeWithin } from "../../../../base/src/is-whole-within.ts";
import { requireThat } from "../../require-that.ts";

const demand = requireThat("SESSION_INVALID", "write the value that the NAS sent, see RFC 2866 section 5");

export const accountingStatuses = ["start", "interim", "stop", "on", "off"] as const;

/** The session data of one Accounting-Request (RFC 2866, RFC 2869). */
export interface AccountingRecord {
  /** Acct-Status-Type; `on` and `off` are about the whole NAS. */
  readonly status: (typeof accountingStatuses)[number];
  /** NAS-Identifier or the address of the NAS. Session ids are unique only within one NAS. */
  readonly nas: string;
  /** Acct-Session-Id. */
  readonly session: string;
  /** User-Name; empty if the NAS sent none. */
  readonly user: string;
  /**
   * Bytes from the subscriber since the session began: Acct-Input-Octets with its gigawords. Undefined if the
   * packet has none (RFC 2866 section 5.3 does not require it), which differs from a count of 0.
   */
  readonly upload?: bigint | undefined;
  /** Bytes to the subscriber since the session began: Acct-Output-Octets with its gigawords. */
  readonly download?: bigint | undefined;
  /** Whether the packet carried gigawords, so that the NAS counts in 64 bits. */
  readonly wide: boolean;
  /** Acct-Session-Time in seconds. */
  readonly seconds?: number | undefined;
  /** The instant at which the packet arrived, by the server's clock. */
  readonly arrivedAt: number;
  /** Acct-Delay-Time: the seconds for which the NAS has been trying to send the packet. */
  readonly delay: number;
  /** Event-Timestamp, by the clock of the NAS. */
  readonly eventAt?: number | undefined;
  readonly multiSession?: string | undefined;
  /** Each Class from the Access-Accept, in hexadecimal, with a space between two. */
  readonly class?: string | undefined;
  /** The name of Acct-Terminate-Cause, or its number if it has no name. */
  readonly cause?: string | undefined;
}

const widest = 2n ** 64n - 1n;
/** The most seconds in 32 bits. */
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

/** Whether a record has the session id that it needs. A record about the whole NAS needs none. */
export function hasSession({ status, session }: AccountingRecord): boolean {
  return status === "on" || status === "off" || session !== "";
}
