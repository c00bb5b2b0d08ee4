import { AppError, invalidToken } from "../base/errors.ts";
import type { Principal } from "./principal.ts";
import type { Sessions } from "./sessions.ts";
import type { AccessTokens } from "./tokens.ts";

/** Checks whether users are unchanged since they logged in. */
export interface UserVersions {
  /** Whether the user exists, is not disabled and has not changed since. */
  unchanged(holder: Pick<Principal, "userId" | "userVersion">): Promise<boolean>;
}

/**
 * Finds the user of an access token. It checks the session, so a logout works at once, and the user's version, so a
 * change of the user works even if the sessions could not be ended. While the state store cannot be reached, the
 * token alone admits a request that only reads (`safe`), for at most the token's 15 minutes. Any other request
 * throws STATE_UNAVAILABLE.
 */
export function createAuthenticator(options: {
  readonly tokens: AccessTokens;
  readonly sessions: Sessions;
  readonly users: UserVersions;
}) {
  const { tokens, sessions, users } = options;
  return async (bearerToken: string, { safe = false } = {}): Promise<Principal> => {
    const claimed = await tokens.verify(bearerToken);
    const principal = await sessions.touch(claimed).catch((error: unknown) => {
      if (safe && isStateUnavailable(error)) return claimed;
      throw error;
    });
    if (principal === undefined) throw new AppError("SESSION_ENDED", { headers: invalidToken });
    if (await users.unchanged(principal)) return principal;
    await sessions.end(principal).catch((error: unknown) => {
      if (!isStateUnavailable(error)) throw error;
    });
    throw new AppError("SESSION_ENDED", { headers: invalidToken });
  };
}

function isStateUnavailable(error: unknown): boolean {
  return error instanceof AppError && error.code === "STATE_UNAVAILABLE";
}
