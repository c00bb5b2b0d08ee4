import { randomUUID } from "node:crypto";
import { hashPassword } from "../../../../process/argon2id.ts";
import { type Collection, createCollection } from "../../module/resource/collection.ts";
import { now } from "../../module/table/column.ts";
import type { Page } from "../../module/table/listing.ts";
import type { ModuleWorld } from "../../module/world.ts";
import { oneTimePassword } from "../../platform/access/passwords/password.ts";
import type { Role } from "../../platform/access/principal.ts";
import type { Sessions } from "../../platform/access/sessions.ts";
import { AppError } from "../../platform/base/errors.ts";
import { invalidField } from "../../platform/base/invalid-field.ts";
import type { EmailAddress } from "../../platform/contact-data/email-address.ts";
import type { Transaction } from "../../platform/database/database.ts";
import type { Command } from "../../platform/events/command.ts";
import { identityErrors } from "./errors.ts";
import { type User, type UserWithOneTimePassword, user } from "./store/models.ts";
import { insertUser, lockAdministrators, updatePassword } from "./store/repository.ts";
import { openUser, sealEmail } from "./store/sealing.ts";
import { type UserQuery, userListing, usersTable } from "./store/table.ts";

export interface UserChange {
  readonly role?: Role | undefined;
  readonly name?: string | null | undefined;
  readonly disabled?: boolean | undefined;
}

/** The administration of users. */
export interface UserService {
  list(query: UserQuery): Promise<Page<User>>;
  /** Throws NOT_FOUND, as do the following. */
  retrieve(id: string): Promise<User>;
  /** Throws VALIDATION_ERROR for an email in use. */
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

type UserWorld = Pick<
  ModuleWorld,
  "database" | "cache" | "recorder" | "encryption" | "hashing" | "log" | "oneTimePasswordHours"
> & { readonly sessions: Sessions };

type Steps = Collection<User, string, string, Record<never, never>>["steps"];

export function createUserService(world: UserWorld): UserService {
  const { encryption, oneTimePasswordHours: oneTimeHours } = world;
  const users = createCollection({
    world,
    entity: user,
    table: usersTable,
    listing: userListing,
    open: (row) => openUser(row, encryption),
  });
  return {
    list: users.list,
    retrieve: users.retrieve,

    async create({ email, role, name }, command) {
      const id = randomUUID();
      const { password, hash } = await newPassword(world, command);
      const row = { id, ...sealEmail(id, email, encryption), name, role, password_hash: hash, oneTimeHours };
      const created = await users.create(command, id, async (transaction) => {
        if (!(await insertUser(transaction, row))) throw emailInUse();
        return { role };
      });
      return { ...created, oneTimePassword: password };
    },

    async change(id, change, command) {
      const { user, changed } = await users.steps.run(command, (transaction) =>
        applyChange(users.steps, transaction, { id, change, command }),
      );
      if (changed) await endSessions(world, id);
      return user;
    },

    async resetPassword(id, command) {
      const { password, hash } = await newPassword(world, command);
      const changed = await users.change(command, id, "password_reset", async (transaction) => {
        await updatePassword(transaction, { userId: id, hash, oneTimeHours });
        return {};
      });
      await endSessions(world, id);
      return { ...changed, oneTimePassword: password };
    },
  };
}

async function applyChange(
  { lock, read, record }: Steps,
  transaction: Transaction,
  { id, change, command }: { readonly id: string; readonly change: UserChange; readonly command: Command },
): Promise<{ readonly user: User; readonly changed: boolean }> {
  // Before the user: a transaction that locks users locks administrators first, in one order.
  const administrators = await lockAdministrators(transaction);
  const current = await lock(transaction, id, command);
  const { name = current.name, role = current.role, disabled = current.disabled } = change;
  requireAnAdministrator(administrators, current, { role, disabled });
  if (name === current.name && role === current.role && disabled === current.disabled)
    return { user: current, changed: false };
  await usersTable.update(transaction, id, { name, role, ...disabling(current, disabled) });
  const details = { fields: Object.keys(change), role, disabled };
  await record(transaction, command, { id, verb: "updated", details });
  return { user: await read(transaction, id), changed: true };
}

/** Throws LAST_ADMINISTRATOR when no user would remain who may manage users. */
function requireAnAdministrator(
  administrators: readonly string[],
  { id, role }: User,
  next: { readonly role: Role; readonly disabled: boolean },
): void {
  if (role !== "admin" || (next.role === "admin" && !next.disabled)) return;
  if (administrators.every((administrator) => administrator === id))
    throw new AppError(identityErrors.LAST_ADMINISTRATOR);
}

async function newPassword({ hashing }: UserWorld, { actor }: Command) {
  const password = oneTimePassword();
  const caller = { source: `user:${actor.id}`, trusted: true };
  return { password, hash: await hashing.turn(caller, (derive) => hashPassword(password, derive)) };
}

/** The change has been made: each authentication of a session compares its version with the user's. */
async function endSessions({ sessions, log }: UserWorld, userId: string): Promise<void> {
  try {
    await sessions.endAll(userId);
  } catch (error) {
    if (!(error instanceof AppError && error.code === "STATE_UNAVAILABLE")) throw error;
    log.warn("sessions of a changed user end when they are next used", { user: userId });
  }
}

/** A user who is disabled keeps the time when that happened. */
function disabling(current: User, disabled: boolean) {
  if (current.disabled === disabled) return {};
  return { disabled_at: disabled ? now : null };
}

function emailInUse(): AppError {
  return invalidField("email", "another user has this email address: write a different one");
}
