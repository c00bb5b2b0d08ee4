import { createHash, randomBytes, randomUUID } from "node:crypto";
import { z } from "zod";
import type { Clock } from "../../../../process/clock.ts";
import { longestSessionSeconds } from "../../../../process/state-keys.ts";
import { atomically } from "../redis/redis-transaction.ts";
import type { State } from "../redis/state.ts";
import type { Principal } from "./principal.ts";
import { createSessionEnds, type SessionEnds } from "./session-ends.ts";

/** The user of a session and the user's rights. */
export type SessionHolder = Omit<Principal, "sessionId">;

/** The id of a session and of its user. */
export type SessionReference = Pick<Principal, "userId" | "sessionId">;

/** A session with the one refresh token that continues it. */
export interface StartedSession {
  readonly principal: Principal;
  readonly refreshToken: string;
}

/** Sessions per user. One more login ends the oldest session. */
export const sessionsPerUser = 50;

export type RefreshOutcome =
  | { readonly kind: "current"; readonly principal: Principal }
  /** Presented a second time: one of its two holders stole it, so the session was ended. */
  | { readonly kind: "reused"; readonly principal: Principal }
  | { readonly kind: "unknown" };

const idleSeconds = 60 * 60;

const storedSession = z.object({
  userId: z.string(),
  role: z.enum(["admin", "agent"]),
  mustChangePassword: z.boolean(),
  userVersion: z.string(),
  /** Milliseconds since 1970. */
  endsAt: z.number(),
});

/**
 * Sessions in Redis. One ends after an hour without a request, after twelve hours in any case, at logout,
 * and when one of its used refresh tokens is shown again. Each refresh token works once; Redis holds only
 * its hash. A session counts only while it is in the list of its user, so that many end by one command, without reading
 * the list. Every method throws STATE_UNAVAILABLE when Redis cannot be reached.
 */
export class Sessions {
  readonly #state: State;
  readonly #clock: Clock;
  readonly #ends: SessionEnds;

  /** `ends` hears of the sessions that end by a command, also when Redis could not be reached. */
  constructor({
    state,
    clock,
    ends = createSessionEnds(),
  }: { readonly state: State; readonly clock: Clock; readonly ends?: SessionEnds }) {
    this.#state = state;
    this.#clock = clock;
    this.#ends = ends;
  }

  /** Starts a session. The oldest session of a user with {@link sessionsPerUser} of them ends. */
  async start(holder: SessionHolder): Promise<StartedSession> {
    const principal = { ...holder, sessionId: randomUUID() };
    const now = this.#clock.now().getTime();
    const endsAt = now + longestSessionSeconds * 1000;
    const key = holderKey(holder.userId);
    await this.#state.run((redis) =>
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
    return this.extend(principal);
  }

  /** The session's principal, or undefined when it has ended. Counts as activity. */
  async touch({ userId, sessionId }: SessionReference): Promise<Principal | undefined> {
    const [stored, listed] = await this.#state.run((redis) =>
      Promise.all([
        redis.getex(sessionKey(sessionId), "EX", idleSeconds),
        redis.zscore(holderKey(userId), sessionId),
      ]),
    );
    if (stored === null || listed === null) return undefined;
    // A session without the user's version, from an older image, counts as ended.
    const { success, data } = storedSession.safeParse(JSON.parse(stored));
    if (!success || data.userId !== userId || data.endsAt <= this.#clock.now().getTime()) return undefined;
    const { endsAt: _, ...holder } = data;
    return { ...holder, sessionId };
  }

  /** Uses up a refresh token. */
  async use(refreshToken: string): Promise<RefreshOutcome> {
    const [sessionId = ""] = refreshToken.split(".", 1);
    const key = refreshKey(refreshToken);
    // Marks and reads in one command. If two requests present the same token, exactly one sees it as current.
    const mark = await this.#state.run((redis) => redis.set(key, "used", "KEEPTTL", "XX", "GET"));
    const principal = mark === null ? undefined : await this.#touchById(sessionId);
    if (principal === undefined) return { kind: "unknown" };
    if (mark === "current") return { kind: "current", principal };
    await this.end(principal);
    return { kind: "reused", principal };
  }

  /** The next refresh token of a session whose last one was used. */
  async extend(principal: Principal): Promise<StartedSession> {
    const refreshToken = `${principal.sessionId}.${randomBytes(32).toString("base64url")}`;
    const key = refreshKey(refreshToken);
    await this.#state.run((redis) => redis.set(key, "current", "EX", longestSessionSeconds));
    return { principal, refreshToken };
  }

  /** Ends one session. */
  async end({ userId, sessionId }: SessionReference): Promise<void> {
    await this.#state
      .run((redis) => atomically(redis.multi().del(sessionKey(sessionId)).zrem(holderKey(userId), sessionId)))
      .finally(() => this.#ends.tell(userId));
  }

  /** Ends all sessions of the user. */
  async endAll(userId: string): Promise<void> {
    await this.#state.run((redis) => redis.del(holderKey(userId))).finally(() => this.#ends.tell(userId));
  }

  /** The holder of a refresh token shows no user. */
  async #touchById(sessionId: string): Promise<Principal | undefined> {
    const stored = await this.#state.run((redis) => redis.get(sessionKey(sessionId)));
    const { success, data } = storedSession.safeParse(stored === null ? undefined : JSON.parse(stored));
    return success ? this.touch({ userId: data.userId, sessionId }) : undefined;
  }
}

function sessionKey(sessionId: string): string {
  return `session:${sessionId}`;
}

/** The key of a sorted set of a user's session ids, scored by their latest end. */
function holderKey(userId: string): string {
  return `sessions-of:${userId}`;
}

function refreshKey(refreshToken: string): string {
  return `refresh:${createHash("sha256").update(refreshToken).digest("base64url")}`;
}
