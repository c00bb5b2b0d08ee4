import { createHash, randomBytes, randomUUID } from "node:crypto";
import { z } from "zod";
import type { Clock } from "../../../../process/clock.ts";
import { longestSessionSeconds } from "../../../../process/state-keys.ts";
import { atomically } from "../redis/redis-transaction.ts";
import type { State } from "../redis/state.ts";
import type { Principal } from "./principal.ts";

/** Whose session it is and what it may do. */
export type SessionHolder = Omit<Principal, "sessionId">;

/** Which session, and whose. */
export type SessionReference = Pick<Principal, "userId" | "sessionId">;

/** A session with the one refresh token that continues it. */
export interface StartedSession {
  readonly principal: Principal;
  readonly refreshToken: string;
}

/**
 * Sessions in Redis. One ends after an hour without a request, after twelve hours in any case, at logout,
 * and when one of its used refresh tokens is shown again. Each refresh token works once; Redis holds only
 * its hash. A session counts only while it is in the list of its user, so that many end by one command, without reading
 * the list. Every method throws STATE_UNAVAILABLE when Redis cannot be reached.
 */
export interface Sessions {
  start(holder: SessionHolder): Promise<StartedSession>;
  /** The session's principal, or undefined when it has ended. Counts as activity. */
  touch(session: SessionReference): Promise<Principal | undefined>;
  /** Uses up a refresh token. */
  use(refreshToken: string): Promise<RefreshOutcome>;
  /** The next refresh token of a session whose last one was used. */
  extend(principal: Principal): Promise<StartedSession>;
  end(session: SessionReference): Promise<void>;
  endAll(userId: string): Promise<void>;
}

/** Of one user; one more login ends the session that began first. */
export const sessionsPerUser = 50;

export type RefreshOutcome =
  | { readonly kind: "current"; readonly principal: Principal }
  /** Shown a second time: one of its two holders stole it, so the session was ended. */
  | { readonly kind: "reused"; readonly principal: Principal }
  | { readonly kind: "unknown" };

export const idleSeconds = 60 * 60;

const storedSession = z.object({
  userId: z.string(),
  role: z.enum(["admin", "agent"]),
  mustChangePassword: z.boolean(),
  userVersion: z.string(),
  /** Milliseconds since 1970. */
  endsAt: z.number(),
});

export function createSessions({ state, clock }: { state: State; clock: Clock }): Sessions {
  const touch = async ({ userId, sessionId }: SessionReference): Promise<Principal | undefined> => {
    const [stored, listed] = await state.run((redis) =>
      Promise.all([
        redis.getex(sessionKey(sessionId), "EX", idleSeconds),
        redis.zscore(holderKey(userId), sessionId),
      ]),
    );
    if (stored === null || listed === null) return undefined;
    // What an image wrote that did not note the user's version has ended.
    const { success, data } = storedSession.safeParse(JSON.parse(stored));
    if (!success || data.userId !== userId || data.endsAt <= clock.now().getTime()) return undefined;
    const { endsAt: _, ...holder } = data;
    return { ...holder, sessionId };
  };

  const extend = async (principal: Principal): Promise<StartedSession> => {
    const refreshToken = `${principal.sessionId}.${randomBytes(32).toString("base64url")}`;
    await state.run((redis) => redis.set(refreshKey(refreshToken), "current", "EX", longestSessionSeconds));
    return { principal, refreshToken };
  };

  /** The holder of a refresh token shows no user. */
  const touchById = async (sessionId: string): Promise<Principal | undefined> => {
    const stored = await state.run((redis) => redis.get(sessionKey(sessionId)));
    const { success, data } = storedSession.safeParse(stored === null ? undefined : JSON.parse(stored));
    return success ? touch({ userId: data.userId, sessionId }) : undefined;
  };

  const end: Sessions["end"] = async ({ userId, sessionId }) => {
    await state.run((redis) =>
      atomically(redis.multi().del(sessionKey(sessionId)).zrem(holderKey(userId), sessionId)),
    );
  };

  return {
    touch,
    extend,
    async start(holder) {
      const principal = { ...holder, sessionId: randomUUID() };
      const now = clock.now().getTime();
      const endsAt = now + longestSessionSeconds * 1000;
      const key = holderKey(holder.userId);
      await state.run((redis) =>
        atomically(
          redis
            .multi()
            .set(sessionKey(principal.sessionId), JSON.stringify({ ...holder, endsAt }), "EX", idleSeconds)
            .zremrangebyscore(key, "-inf", String(now))
            .zadd(key, endsAt, principal.sessionId)
            .zremrangebyrank(key, 0, -sessionsPerUser - 1)
            .expire(key, longestSessionSeconds),
        ),
      );
      return extend(principal);
    },
    async use(refreshToken) {
      const [sessionId = ""] = refreshToken.split(".", 1);
      const key = refreshKey(refreshToken);
      // Marks and reads in one command: of two that show the same token, exactly one sees it current.
      const mark = await state.run((redis) => redis.set(key, "used", "KEEPTTL", "XX", "GET"));
      const principal = mark === null ? undefined : await touchById(sessionId);
      if (principal === undefined) return { kind: "unknown" };
      if (mark === "current") return { kind: "current", principal };
      await end(principal);
      return { kind: "reused", principal };
    },
    end,
    async endAll(userId) {
      await state.run((redis) => redis.del(holderKey(userId)));
    },
  };
}

function sessionKey(sessionId: string): string {
  return `session:${sessionId}`;
}

/** A sorted set of the ids of a user's sessions, by when they end at the latest. */
function holderKey(userId: string): string {
  return `sessions-of:${userId}`;
}

function refreshKey(refreshToken: string): string {
  return `refresh:${createHash("sha256").update(refreshToken).digest("base64url")}`;
}
