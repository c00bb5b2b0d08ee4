import { hashOfNoPassword, hashPassword, verifyPassword } from "../../../../process/argon2id.ts";
import type { Log } from "../../../../process/log.ts";
import type { Recorder } from "../../module/record.ts";
import type { EstimateStrength } from "../../platform/access/passwords/guessing.ts";
import type { Hashing, HashingCaller } from "../../platform/access/passwords/hashing.ts";
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
import type { Meters } from "../../platform/telemetry/meters.ts";
import type { sessionMetrics } from "./metrics.ts";
import { requireGoodPassword } from "./password-rules.ts";
import type { RefusedAttempts } from "./refused-attempts.ts";
import { session as sessionEntity, type User, user as userEntity } from "./store/models.ts";
import { findUserByEmail, updatePassword } from "./store/repository.ts";
import { emailHash, openUser } from "./store/sealing.ts";
import { type UserRow, usersTable } from "./store/table.ts";

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

/** The parts of the runtime that login works with. */
export interface SessionWorld {
  readonly database: Database;
  readonly encryption: Encryption;
  readonly sessions: Sessions;
  readonly tokens: AccessTokens;
  readonly recorder: Recorder;
  readonly log: Log;
  readonly hashing: Hashing;
  readonly estimateStrength: EstimateStrength;
  readonly tenant: { readonly displayName: string };
  readonly loginAttempts: LoginAttempts;
  readonly refusedAttempts: RefusedAttempts;
  readonly meters: Meters<typeof sessionMetrics>;
}

/**
 * Login and what follows from it. Every method throws STATE_UNAVAILABLE when Redis cannot be reached, and what takes a
 * password RATE_LIMITED or LOGIN_BUSY when too many are shown.
 */
export class SessionService {
  readonly #world: SessionWorld;
  readonly #hashOfNobody = hashOfNoPassword();

  constructor(world: SessionWorld) {
    this.#world = world;
  }

  /**
   * Throws INVALID_CREDENTIALS, after the same work whether or not there is such a user, and ONE_TIME_PASSWORD_EXPIRED
   * to who knows that password.
   */
  async login(
    email: EmailAddress,
    password: string,
    { requestId, clientAddress }: RequestOrigin,
  ): Promise<OpenSession> {
    const { encryption, loginAttempts, refusedAttempts, meters } = this.#world;
    const account = emailHash(email, encryption);
    const attempt = { account: account.toString("base64url"), clientAddress };
    const { known } = await loginAttempts.admit(attempt);
    const caller = { source: clientNetwork(clientAddress), trusted: known };
    const { user, right } = await this.#verify(account, password, caller);
    if (user === undefined || !right || user.disabled) {
      const subject = user?.id ?? "unknown";
      refusedAttempts.note({ kind: "login", actor: "anonymous", subject, requestId });
      meters.logins.add(1, { outcome: "refused" });
      throw new AppError("INVALID_CREDENTIALS");
    }
    if (user.password_expired) {
      meters.logins.add(1, { outcome: "one_time_password_expired" });
      throw new AppError("ONE_TIME_PASSWORD_EXPIRED");
    }
    const session = await this.#start(user, { id: user.id, requestId });
    meters.logins.add(1, { outcome: "started" });
    await loginAttempts.succeeded(attempt);
    return session;
  }

  /** Throws SESSION_ENDED. A token shown twice ends its session. */
  async refresh(refreshToken: string, requestId: string): Promise<OpenSession> {
    const { sessions, log } = this.#world;
    const outcome = await sessions.use(refreshToken);
    if (outcome.kind === "unknown") throw new AppError("SESSION_ENDED");
    if (outcome.kind === "reused") {
      const { sessionId } = outcome.principal;
      log.warn("a refresh token was shown twice: its session has ended", { session: sessionId });
      await this.#record("refresh_token_reused", sessionId, { id: "anonymous", requestId });
      throw new AppError("SESSION_ENDED");
    }
    const user = await this.#readUser(outcome.principal.userId);
    if (user === undefined || user.disabled || user.version !== outcome.principal.userVersion) {
      await sessions.end(outcome.principal);
      throw new AppError("SESSION_ENDED");
    }
    return this.#open(await sessions.extend(outcome.principal));
  }

  /** Ends this one session. */
  async logout(session: SessionReference, { actor, mark }: Command): Promise<void> {
    await this.#world.sessions.end(session);
    await this.#record("ended", session.sessionId, actor, mark);
  }

  /** Throws SESSION_ENDED when the user no longer exists. */
  async me(userId: string): Promise<User> {
    return openUser(await this.#requireUser(userId), this.#world.encryption);
  }

  /** Ends all of the user's sessions and starts a new one. Throws VALIDATION_ERROR. */
  async changePassword(
    { userId }: SessionReference,
    { currentPassword, newPassword }: { readonly currentPassword: string; readonly newPassword: string },
    { requestId, clientAddress, mark }: RequestOrigin,
  ): Promise<OpenSession> {
    const { sessions, encryption, estimateStrength, tenant, loginAttempts, refusedAttempts } = this.#world;
    const before = await this.#requireUser(userId);
    const account = Buffer.from(before.email_exact, "base64").toString("base64url");
    await loginAttempts.admit({ account, clientAddress });
    const facts = { current: currentPassword, user: openUser(before, encryption), provider: tenant };
    // Before the turn, which no other user's login shall wait for.
    await requireGoodPassword(newPassword, facts, estimateStrength);
    const hash = await this.#hashIfRight(before, currentPassword, newPassword);
    if (hash === undefined) {
      refusedAttempts.note({ kind: "passwordChange", actor: userId, subject: userId, requestId });
      throw wrongPassword();
    }
    const actor = { id: userId, requestId };
    const changed = await this.#replaceHash(before, hash, { actor, mark });
    await sessions.endAll(userId);
    if (changed === undefined) throw new AppError("SESSION_ENDED");
    return this.#start(changed, actor);
  }

  /** Finds the user with this email and verifies the password, in one turn of the hashing. */
  #verify(account: Buffer, password: string, caller: HashingCaller) {
    const { database, hashing } = this.#world;
    // One look at the database for each turn: a flood of logins does not fill the pool either.
    return hashing.turn(caller, async (derive) => {
      const user = await database.transaction((transaction) => findUserByEmail(transaction, account));
      const right = await verifyPassword(user?.password_hash ?? this.#hashOfNobody, password, derive);
      return { user, right };
    });
  }

  /** The hash of the new password, or undefined when the current one is wrong. */
  #hashIfRight(user: UserRow, currentPassword: string, newPassword: string): Promise<string | undefined> {
    return this.#world.hashing.turn({ source: `user:${user.id}`, trusted: true }, async (derive) => {
      if (!(await verifyPassword(user.password_hash, currentPassword, derive))) return undefined;
      return hashPassword(newPassword, derive);
    });
  }

  /** Writes the new hash and records the change. Throws when the password has changed since `before` was read. */
  #replaceHash(
    before: UserRow,
    hash: string,
    { actor, mark }: { readonly actor: Actor; readonly mark: Mark },
  ) {
    const { database, recorder } = this.#world;
    const { id } = before;
    return carryOut(database, { mark }, async (transaction) => {
      const user = await usersTable.lock(transaction, id);
      if (user?.password_hash !== before.password_hash) throw wrongPassword();
      await updatePassword(transaction, { userId: id, hash, oneTimeHours: undefined });
      await recorder.note(transaction, userEntity, { verb: "password_changed", id, actor, details: {} });
      return usersTable.find(transaction, id);
    });
  }

  async #start(user: UserRow, actor: Actor): Promise<OpenSession> {
    const { sessions } = this.#world;
    const { id: userId, role, must_change_password: mustChangePassword, version: userVersion } = user;
    const started = await sessions.start({ userId, role, mustChangePassword, userVersion });
    // A request that disables a user commits first and ends the sessions afterwards: one of the two sees the other.
    const now = await this.#readUser(userId);
    if (now === undefined || now.disabled || now.version !== user.version) {
      await sessions.end(started.principal);
      throw new AppError("INVALID_CREDENTIALS");
    }
    await this.#record("started", started.principal.sessionId, actor);
    return this.#open(started);
  }

  async #open(started: StartedSession): Promise<OpenSession> {
    const { tokens } = this.#world;
    return { ...started, accessToken: await tokens.issue(started.principal), expiresIn: tokens.lifetime };
  }

  #record(
    verb: (typeof sessionEntity)["audited"][number],
    id: string,
    actor: Actor,
    mark: Mark = noMark,
  ): Promise<void> {
    const { database, recorder } = this.#world;
    return carryOut(database, { mark }, (transaction) =>
      recorder.note(transaction, sessionEntity, { verb, id, actor, details: {} }),
    );
  }

  #readUser(id: string): Promise<UserRow | undefined> {
    return this.#world.database.transaction((transaction) => usersTable.find(transaction, id));
  }

  async #requireUser(id: string): Promise<UserRow> {
    const user = await this.#readUser(id);
    if (user === undefined) throw new AppError("SESSION_ENDED");
    return user;
  }
}

function wrongPassword(): AppError {
  return invalidField("currentPassword", "write the password that you logged in with");
}
