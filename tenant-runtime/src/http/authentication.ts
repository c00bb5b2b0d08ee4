import type { Principal } from "./route.ts";

/** Who holds this access token; throws UNAUTHENTICATED or SESSION_ENDED. */
export type Authenticate = (bearerToken: string) => Promise<Principal>;

/** Whether a principal has a permission such as `customers:write`. */
export type Permits = (principal: Principal, permission: string) => boolean;
