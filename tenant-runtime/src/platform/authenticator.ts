import { AppError } from "../errors.ts";
import type { Principal } from "../http/route.ts";
import type { Sessions } from "./sessions.ts";
import type { AccessTokens } from "./tokens.ts";

/**
 * Finds out who holds an access token. The session decides: logout and a change of role work at once.
 * While the state store cannot be reached, a request that only reads (`safe`) goes on with what the token
 * itself says, for at most the token's 15 minutes; any other throws STATE_UNAVAILABLE.
 */
export function createAuthenticator(options: { tokens: AccessTokens; sessions: Sessions }) {
  const { tokens, sessions } = options;
  return async (bearerToken: string, { safe = false } = {}): Promise<Principal> => {
    const claimed = await tokens.verify(bearerToken);
    try {
      const principal = await sessions.touch(claimed.sessionId);
      if (principal !== undefined) return principal;
    } catch (error) {
      if (safe && error instanceof AppError && error.code === "STATE_UNAVAILABLE") return claimed;
      throw error;
    }
    throw new AppError("SESSION_ENDED");
  };
}
