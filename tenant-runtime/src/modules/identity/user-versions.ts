import type { Clock } from "../../../../process/clock.ts";
import type { UserVersions } from "../../platform/access/authenticator.ts";
import type { Database } from "../../platform/database/database.ts";
import { findUserVersion } from "./repository.ts";

/** How long a version that was read counts, in milliseconds: how long a session can outlive a change of its user. */
export const versionTrustMs = 5_000;

const rememberedUsers = 10_000;

interface Read {
  readonly version: Promise<string | undefined>;
  readonly at: number;
}

/** Reads a user's version at most once in five seconds while it is what the session says, and anew when it is not. */
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
      // What was read before may have been asked before this session began.
      return (await read(userId)) === userVersion;
    },
  };
}
