import { hashOfNoPassword, hashPassword, verifyPassword } from "../../../../process/argon2id.ts";
import type { Log } from "../../../../process/log.ts";
import type { Recorder } from "../../module/record.ts";
import type { Hashing } from "../../platform/access/hashing.ts";
import type { SessionReference, Sessions, StartedSession } from "../../platform/access/sessions.ts";
import type { AccessTokens } from "../../platform/access/tokens.ts";
import { AppError } from "../../platform/base/errors.ts";
import { invalidField } from "../../platform/base/invalid-field.ts";
import type { EmailAddress } from "../../platform/contact-data/email-address.ts";
import type { Database } from "../../platform/database/database.ts";
import { type Mark, noMark } from "../../platform/database/idempotency.ts";
import type { Actor } from "../../platform/events/audit.ts";
import { type Command, carryOut } from "../../platform/events/command.ts";
import { clientNetwork } from "../../platform/limits/limits-address.ts";
import type { LoginAttempts } from "../../platform/limits/login-attempts.ts";
import type { Encryption } from "../../platform/secrets/encryption.ts";
import { session as sessionEntity, type User, user as userEntity } from "./models.ts";
import { requireGoodPassword } from "./password-rules.ts";
import type { RefusedAttempts } from "./refused-attempts.ts";
import { findUserByEmail, updatePassword } from "./repository.ts";
import { emailHash, openUser } from "./sealing.ts";
import { type UserRow, usersTable } from "./table.ts";

/** A session with what its holder needs to use it. */
export interface OpenSession extends StartedSession {
  readonly accessToken: string;
  /** Seconds. */
  readonly expiresIn: number;
}

/** The request that shows a password. */
export interface RequestOrigin {
  readonly requestId: string;
  readonly clientAddress: string;
  readonly mark: Mark;
}

/**
 * Login and what follows from it. Every method throws STATE_UNAVAILABLE when Redis cannot be reached, and what takes a
 * password RATE_LIMITED or LOGIN_BUSY when too many are shown.
 */
export interface SessionService {
  /**
   * Throws INVALID_CREDENTIALS, after the same work whether or not there is such a user, and ONE_TIME_PASSWORD_EXPIRED
   * to who knows that password.
   */
  login(email: EmailAddress, password: string, origin: RequestOrigin): Promise<OpenSession>;
  /** Throws SESSION_ENDED. A token shown twice ends its session. */
  refresh(refreshToken: string, requestId: string): Promise<OpenSession>;
  logout(session: SessionReference, command: Command): Promise<void>;
  me(userId: string): Promise<User>;
  /** Ends all of the user's sessions and starts a new one. Throws VALIDATION_ERROR. */
  changePassword(
    session: SessionReference,
    passwords: { readonly currentPassword: string; readonly newPassword: string },
    origin: RequestOrigin,
  ): Promise<OpenSession>;
}

export function createSessionService(world: {
  readonly database: Database;
  readonly encryption: Encryption;
  readonly sessions: Sessions;
  readonly tokens: AccessTokens;
  readonly recorder: Recorder;
  readonly log: Log;
  readonly hashing: Hashing;
  readonly loginAttempts: LoginAttempts;
  readonly refusedAttempts: RefusedAttempts;
}): SessionService {
  const { database, encryption, sessions, tokens, recorder, log, hashing, loginAttempts, refusedAttempts } =
    world;
  const hashOfNobody = hashOfNoPassword();

  const record = (
    verb: (typeof sessionEntity)["audited"][number],
    id: string,
    actor: Actor,
    mark: Mark = noMark,
  ) =>
    carryOut(database, { mark }, (transaction) =>
      recorder.note(transaction, sessionEntity, { verb, id, actor, details: {} }),
    );

  const readUser = (id: string) => database.transaction((transaction) => usersTable.find(transaction, id));

  const open = async (started: StartedSession): Promise<OpenSession> => ({
    ...started,
    accessToken: await tokens.issue(started.principal),
    expiresIn: tokens.lifetime,
  });

  const start = async (user: UserRow, actor: Actor): Promise<OpenSession> => {
    const { id: userId, role, must_change_password: mustChangePassword, version: userVersion } = user;
    const started = await sessions.start({ userId, role, mustChangePassword, userVersion });
    // Whoever disables a user commits first and ends the sessions then: one of the two sees the other.
    const now = await readUser(userId);
    if (now === undefined || now.disabled || now.version !== user.version) {
      await sessions.end(started.principal);
      throw new AppError("INVALID_CREDENTIALS");
    }
    await record("started", started.principal.sessionId, actor);
    return open(started);
  };

  return {
    async login(email, password, { requestId, clientAddress }) {
      const account = emailHash(email, encryption);
      const attempt = { account: account.toString("base64url"), clientAddress };
      const { known } = await loginAttempts.admit(attempt);
      const caller = { source: clientNetwork(clientAddress), trusted: known };
      // One look at the database for each turn: a flood of logins does not fill the pool either.
      const { user, right } = await hashing.turn(caller, async (derive) => {
        const found = await database.transaction((transaction) => findUserByEmail(transaction, account));
        const fits = await verifyPassword(found?.password_hash ?? hashOfNobody, password, derive);
        return { user: found, right: fits };
      });
      if (user === undefined || !right || user.disabled) {
        const subject = user?.id ?? "unknown";
        refusedAttempts.note({ kind: "login", actor: "anonymous", subject, requestId });
        throw new AppError("INVALID_CREDENTIALS");
      }
      if (user.password_expired) throw new AppError("ONE_TIME_PASSWORD_EXPIRED");
      const session = await start(user, { id: user.id, requestId });
      await loginAttempts.succeeded(attempt);
      return session;
    },

    async refresh(refreshToken, requestId) {
      const outcome = await sessions.use(refreshToken);
      if (outcome.kind === "unknown") throw new AppError("SESSION_ENDED");
      if (outcome.kind === "reused") {
        const { sessionId } = outcome.principal;
        log.warn("a refresh token was shown twice: its session has ended", { session: sessionId });
        await record("refresh_token_reused", sessionId, { id: "anonymous", requestId });
        throw new AppError("SESSION_ENDED");
      }
      const user = await readUser(outcome.principal.userId);
      if (user === undefined || user.disabled || user.version !== outcome.principal.userVersion) {
        await sessions.end(outcome.principal);
        throw new AppError("SESSION_ENDED");
      }
      return open(await sessions.extend(outcome.principal));
    },

    async logout(session, { actor, mark }) {
      await sessions.end(session);
      await record("ended", session.sessionId, actor, mark);
    },

    async me(userId) {
      const user = await readUser(userId);
      if (user === undefined) throw new AppError("SESSION_ENDED");
      return openUser(user, encryption);
    },

    async changePassword({ userId }, { currentPassword, newPassword }, { requestId, clientAddress, mark }) {
      const before = await readUser(userId);
      if (before === undefined) throw new AppError("SESSION_ENDED");
      await loginAttempts.admit({
        account: Buffer.from(before.email_exact, "base64").toString("base64url"),
        clientAddress,
      });
      const user = openUser(before, encryption);
      const hash = await hashing.turn({ source: `user:${userId}`, trusted: true }, async (derive) => {
        if (!(await verifyPassword(before.password_hash, currentPassword, derive))) return undefined;
        requireGoodPassword(newPassword, { current: currentPassword, user });
        return hashPassword(newPassword, derive);
      });
      if (hash === undefined) {
        refusedAttempts.note({ kind: "passwordChange", actor: userId, subject: userId, requestId });
        throw wrongPassword();
      }
      const actor = { id: userId, requestId };
      const changed = await carryOut(database, { mark }, async (transaction) => {
        const user = await usersTable.lock(transaction, userId);
        if (user?.password_hash !== before.password_hash) throw wrongPassword();
        await updatePassword(transaction, { userId, hash, oneTimeHours: undefined });
        const change = { verb: "password_changed", id: userId, actor, details: {} } as const;
        await recorder.note(transaction, userEntity, change);
        return usersTable.find(transaction, userId);
      });
      await sessions.endAll(userId);
      if (changed === undefined) throw new AppError("SESSION_ENDED");
      return start(changed, actor);
    },
  };
}

function wrongPassword(): AppError {
  return invalidField("currentPassword", "write the password that you logged in with");
}
