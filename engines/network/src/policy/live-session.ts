import type { IPAddress } from "../ipam/addresses/ip-address.ts";

/** How a session is known, from its accounting. */
export interface LiveSession {
  readonly userName: string;
  readonly sessionId?: string | undefined;
  readonly address?: IPAddress | undefined;
  /** As the NAS wrote it: it may compare texts. */
  readonly callingStation?: string | undefined;
  readonly nasPortId?: string | undefined;
  /** Needed where a proxy picks the NAS; a wrong one is refused with error 403. */
  readonly nasIdentifier?: string | undefined;
  readonly nasAddress?: IPAddress | undefined;
}
