import type { Principal } from "./principal.ts";

/**
 * Returns the user of an access token. Throws UNAUTHENTICATED or SESSION_ENDED. While the sessions cannot be
 * reached, the token's signature is enough for a `safe` request, which only reads.
 */
export type Authenticate = (bearerToken: string, request?: { safe: boolean }) => Promise<Principal>;

/** Whether a principal has a permission such as `customers:write`. */
export type Permits = (principal: Principal, permission: string) => boolean;
