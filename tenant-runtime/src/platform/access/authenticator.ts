import { AppError } from "../base/errors.ts";
import type { Principal } from "./principal.ts";
import type { Sessions } from "./sessions.ts";
import type { AccessTokens } from "./tokens.ts";

/** Knows whether users are still as they were when they logged in. */
export interface UserVersions {
  /** Whether the user exists, is not disabled and has not been changed since. */
  unchanged(holder: Pick<Principal, "userId" | "userVersion">): Promise<boolean>;
}

/**
 * Finds out who holds an access token. The session decides, so logout works at once; and the user's version, so that a
 * change of the user counts even when the sessions could not be ended. While the state store cannot be reached, a
 * request that only reads (`safe`) goes on with what the token itself says, for at most the token's 15 minutes; any
 * other throws STATE_UNAVAILABLE.
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
    if (principal === undefined) throw new AppError("SESSION_ENDED");
    if (await users.unchanged(principal)) return principal;
    await sessions.end(principal).catch((error: unknown) => {
      if (!isStateUnavailable(error)) throw error;
    });
    throw new AppError("SESSION_ENDED");
  };
}

function isStateUnavailable(error: unknown): boolean {
  return error instanceof AppError && error.code === "STATE_UNAVAILABLE";
}
