import type { Role } from "../../../platform/access/principal.ts";
import type { Transaction } from "../../../platform/database/database.ts";
import { type UserRow, usersTable } from "./table.ts";

export interface NewUserRow {
  readonly id: string;
  readonly email_sealed: Buffer;
  readonly email_exact: Buffer;
  readonly name: string | null;
  readonly role: Role;
  readonly password_hash: string;
  /** The lifetime of the one-time password in hours. */
  readonly oneTimeHours: number;
}

/** Inserts a new user, who must change the password. False if another user has the email. */
export async function insertUser(transaction: Transaction, user: NewUserRow): Promise<boolean> {
  const { rowCount } = await transaction.query(
    `INSERT INTO users (id, email_sealed, email_exact, name, role, password_hash, password_expires_at)
     VALUES ($1, $2, $3, $4, $5, $6, now() + make_interval(hours => $7)) ON CONFLICT (email_exact) DO NOTHING`,
    [
      user.id,
      user.email_sealed,
      user.email_exact,
      user.name,
      user.role,
      user.password_hash,
      user.oneTimeHours,
    ],
  );
  return rowCount === 1;
}

/** The version of a user; undefined if the user does not exist or is disabled. */
export async function findUserVersion(transaction: Transaction, id: string): Promise<string | undefined> {
  const { rows } = await transaction.query<{ version: string }>(
    "SELECT version::text AS version FROM users WHERE id = $1 AND disabled_at IS NULL",
    [id],
  );
  return rows[0]?.version;
}

export async function findUserByEmail(
  transaction: Transaction,
  emailExact: Buffer,
): Promise<UserRow | undefined> {
  const [row] = await usersTable.where(transaction, "email_exact = $1", [emailExact]);
  return row;
}

/** Locks all administrators who can log in, always in the same order, and returns their ids. */
export async function lockAdministrators(transaction: Transaction): Promise<string[]> {
  const { rows } = await transaction.query<{ id: string }>(
    "SELECT id FROM users WHERE role = 'admin' AND disabled_at IS NULL ORDER BY id FOR UPDATE",
  );
  return rows.map(({ id }) => id);
}

/** Writes a password that its user has chosen, or a one-time password with its lifetime in hours. */
export async function updatePassword(
  transaction: Transaction,
  password: {
    readonly userId: string;
    readonly hash: string;
    readonly oneTimeHours: number | undefined;
  },
): Promise<void> {
  await transaction.query(
    `UPDATE users SET password_hash = $2, must_change_password = $3::int IS NOT NULL,
       password_expires_at = now() + make_interval(hours => $3::int), version = version + 1, updated_at = now()
     WHERE id = $1`,
    [password.userId, password.hash, password.oneTimeHours ?? null],
  );
}

/** Records that this address gets a first administrator. False if it already had one. */
export async function insertFirstAdministrator(
  transaction: Transaction,
  emailExact: Buffer,
): Promise<boolean> {
  const { rowCount } = await transaction.query(
    "INSERT INTO first_administrators (email_exact) VALUES ($1) ON CONFLICT DO NOTHING",
    [emailExact],
  );
  return rowCount === 1;
}
