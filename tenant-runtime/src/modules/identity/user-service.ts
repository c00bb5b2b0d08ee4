import { randomUUID } from "node:crypto";
import type { Log } from "../../../../process/log.ts";
import type { Recorder } from "../../module/record.ts";
import type { Hashing } from "../../platform/access/hashing.ts";
import { hashPassword, oneTimePassword } from "../../platform/access/password.ts";
import type { Role } from "../../platform/access/principal.ts";
import type { Sessions } from "../../platform/access/sessions.ts";
import { AppError } from "../../platform/base/errors.ts";
import { requireVersion } from "../../platform/base/expected-version.ts";
import type { EmailAddress } from "../../platform/contact-data/email-address.ts";
import type { Database, Transaction } from "../../platform/database/database.ts";
import type { Actor } from "../../platform/events/audit.ts";
import { type Command, carryOut } from "../../platform/events/command.ts";
import type { Encryption } from "../../platform/secrets/encryption.ts";
import { identityErrors } from "./errors.ts";
import { type User, type UserPosition, type UserWithOneTimePassword, user as userEntity } from "./models.ts";
import {
  findUser,
  findUserForUpdate,
  findUsers,
  insertUser,
  lockAdministrators,
  type UserRow,
  updatePassword,
  updateUser,
} from "./repository.ts";
import { openUser, sealEmail } from "./sealing.ts";

export interface UserPage {
  readonly users: readonly User[];
  readonly next: UserPosition | undefined;
}

export interface UserChange {
  readonly role?: Role | undefined;
  readonly name?: string | null | undefined;
  readonly disabled?: boolean | undefined;
}

/** The administration of users. */
export interface UserService {
  list(after: UserPosition | undefined, limit: number): Promise<UserPage>;
  /** Throws NOT_FOUND, as do the following. */
  retrieve(id: string): Promise<User>;
  /** Throws VALIDATION_FAILED for an email in use. */
  create(
    user: { readonly email: EmailAddress; readonly role: Role; readonly name: string | null },
    command: Command,
  ): Promise<UserWithOneTimePassword>;
  /**
   * Ends the user's sessions: at once, or within seconds when Redis cannot be reached just then. Throws
   * PRECONDITION_FAILED, or LAST_ADMINISTRATOR.
   */
  change(id: string, change: UserChange, command: Command): Promise<User>;
  /** Ends the user's sessions and gives a new one-time password. */
  resetPassword(id: string, command: Command): Promise<UserWithOneTimePassword>;
}

export function createUserService(world: {
  readonly database: Database;
  readonly encryption: Encryption;
  readonly sessions: Sessions;
  readonly recorder: Recorder;
  readonly log: Log;
  readonly hashing: Hashing;
  /** How long a one-time password works. */
  readonly oneTimePasswordHours: number;
}): UserService {
  const {
    database,
    encryption,
    sessions,
    recorder,
    log,
    hashing,
    oneTimePasswordHours: oneTimeHours,
  } = world;

  const hashFor = (password: string, { id }: Actor) =>
    hashing.turn({ source: `user:${id}`, trusted: true }, (derive) => hashPassword(password, derive));

  // The change has been made: whoever authenticates a session compares its version with the user's.
  const endSessions = (userId: string) =>
    sessions.endAll(userId).catch((error: unknown) => {
      if (!(error instanceof AppError && error.code === "STATE_UNAVAILABLE")) throw error;
      log.warn("Sessions of a changed user end when they are next used.", { user: userId });
    });

  const read = async (transaction: Transaction, id: string) =>
    openUser(existing(await findUser(transaction, id)), encryption);

  return {
    async list(after, limit) {
      const rows = await database.transaction((transaction) => findUsers(transaction, after, limit + 1));
      const page = rows.slice(0, limit);
      const last = rows.length > limit ? page.at(-1) : undefined;
      return {
        users: page.map((row) => openUser(row, encryption)),
        next: last && { createdAt: last.created_at, id: last.id },
      };
    },

    retrieve: (id) => database.transaction((transaction) => read(transaction, id)),

    async create({ email, role, name }, command) {
      const { actor } = command;
      const id = randomUUID();
      const password = oneTimePassword();
      const row = {
        id,
        ...sealEmail(id, email, encryption),
        name,
        role,
        password_hash: await hashFor(password, actor),
        oneTimeHours,
      };
      const user = await carryOut(database, command, async (transaction) => {
        if (!(await insertUser(transaction, row))) throw emailInUse();
        await recorder.change(transaction, userEntity, { verb: "created", id, actor, details: { role } });
        return read(transaction, id);
      });
      return { user, oneTimePassword: password };
    },

    async change(id, change, command) {
      const { actor } = command;
      const user = await carryOut(database, command, async (transaction) => {
        const administrators = await lockAdministrators(transaction);
        const row = existing(await findUserForUpdate(transaction, id));
        requireVersion(command.expected, row.version);
        const { name = row.name, role = row.role, disabled = row.disabled } = change;
        const remaining = administrators.filter((administrator) => administrator !== id);
        if (row.role === "admin" && (disabled || role !== "admin") && remaining.length === 0) {
          throw new AppError(identityErrors.LAST_ADMINISTRATOR);
        }
        await updateUser(transaction, { id, name, role, disabled });
        const details = { fields: Object.keys(change), role, disabled };
        await recorder.change(transaction, userEntity, { verb: "updated", id, actor, details });
        return read(transaction, id);
      });
      await endSessions(id);
      return user;
    },

    async resetPassword(id, command) {
      const { actor } = command;
      const password = oneTimePassword();
      const hash = await hashFor(password, actor);
      const user = await carryOut(database, command, async (transaction) => {
        existing(await findUserForUpdate(transaction, id));
        await updatePassword(transaction, { userId: id, hash, oneTimeHours });
        await recorder.change(transaction, userEntity, { verb: "password_reset", id, actor, details: {} });
        return read(transaction, id);
      });
      await endSessions(id);
      return { user, oneTimePassword: password };
    },
  };
}

function existing(row: UserRow | undefined): UserRow {
  if (row === undefined) throw new AppError("NOT_FOUND");
  return row;
}

function emailInUse(): AppError {
  const message = "another user has this email address: write a different one";
  return new AppError("VALIDATION_FAILED", { details: [{ field: "body.email", message }] });
}
