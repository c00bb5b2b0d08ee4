import type { IPAddress } from "../../ipam/addresses/ip-address.ts";

/** The attributes that identify a session, from its accounting. */
export interface LiveSession {
  readonly userName: string;
  readonly sessionId?: string | undefined;
  readonly address?: IPAddress | undefined;
  /** Exactly in the NAS's spelling, because the NAS may compare texts. */
  readonly callingStation?: string | undefined;
  readonly nasPortId?: string | undefined;
  /** Needed if a proxy chooses the NAS. A wrong one is refused with error 403. */
  readonly nasIdentifier?: string | undefined;
  readonly nasAddress?: IPAddress | undefined;
}
