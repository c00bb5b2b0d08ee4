import type { Principal } from "./principal.ts";

/**
 * Who holds this access token; throws UNAUTHENTICATED or SESSION_ENDED. A `safe` request only reads, and
 * may go on by the token's signature alone while the sessions cannot be asked.
 */
export type Authenticate = (bearerToken: string, request?: { safe: boolean }) => Promise<Principal>;

/** Whether a principal has a permission such as `customers:write`. */
export type Permits = (principal: Principal, permission: string) => boolean;
