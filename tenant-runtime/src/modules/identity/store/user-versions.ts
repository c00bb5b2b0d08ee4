import type { Clock } from "../../../../../process/clock.ts";
import type { UserVersions } from "../../../platform/access/authenticator.ts";
import type { Database } from "../../../platform/database/database.ts";
import { findUserVersion } from "./repository.ts";

/**
 * The milliseconds for which a read version is used. A session outlives a change of its user for at most this time,
 * and its WebSockets until the next check of their sessions: together less than 5 s.
 */
export const versionTrustMs = 2_500;

const rememberedUsers = 10_000;

interface Read {
  readonly version: Promise<string | undefined>;
  readonly at: number;
}

/** Reads a user's version at most once in 2.5 seconds if it equals the session's, and again if it does not. */
export function createUserVersions({ database, clock }: { database: Database; clock: Clock }): UserVersions {
  const reads = new Map<string, Read>();
  const read = (userId: string): Promise<string | undefined> => {
    const version = database.transaction((transaction) => findUserVersion(transaction, userId));
    if (reads.size >= rememberedUsers) reads.clear();
    const entry = { version, at: clock.monotonic() };
    reads.set(userId, entry);
    version.catch(() => reads.get(userId) === entry && reads.delete(userId));
    return version;
  };
  return {
    async unchanged({ userId, userVersion }) {
      const known = reads.get(userId);
      const fresh = known !== undefined && clock.monotonic() - known.at < versionTrustMs;
      if (fresh && (await known.version.catch(() => undefined)) === userVersion) return true;
      // An earlier read may have started before this session began.
      return (await read(userId)) === userVersion;
    },
  };
}
