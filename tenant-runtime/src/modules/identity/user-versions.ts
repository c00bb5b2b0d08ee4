import type { UserVersions } from "../../platform/authenticator.ts";
import type { Clock } from "../../platform/clock.ts";
import type { Database } from "../../platform/database.ts";
import { findUserVersion } from "./repository.ts";

/** How long a version that was read counts, in milliseconds: how long a session can outlive a change of its user. */
export const versionTrustMs = 5_000;

const rememberedUsers = 10_000;

/** Reads a user's version at most once in five seconds while it is what the session says, and anew when it is not. */
export function createUserVersions({ database, clock }: { database: Database; clock: Clock }): UserVersions {
  const read = new Map<string, { readonly version: string; readonly at: number }>();
  return {
    async unchanged({ userId, userVersion }) {
      const now = clock.monotonic();
      const known = read.get(userId);
      if (known?.version === userVersion && now - known.at < versionTrustMs) return true;
      const version = await database.transaction((transaction) => findUserVersion(transaction, userId));
      read.delete(userId);
      if (read.size >= rememberedUsers) read.clear();
      if (version !== undefined) read.set(userId, { version, at: now });
      return version === userVersion;
    },
  };
}
