import type { EmailAddress } from "../../platform/contact-data/email-address.ts";
import type { Encryption } from "../../platform/secrets/encryption.ts";
import type { User } from "./models.ts";
import type { UserRow } from "./repository.ts";

/** The columns that hold a user's email: sealed, and hashed for login. */
export function sealEmail(userId: string, email: EmailAddress, encryption: Encryption) {
  return {
    email_sealed: encryption.seal(Buffer.from(email.text), emailPlace(userId)),
    email_exact: emailHash(email, encryption),
  };
}

/** What a user with this email is found by. */
export function emailHash(email: EmailAddress, encryption: Encryption): Buffer {
  return encryption.index.exact("users.email", email.normalised);
}

/** The user that a row holds, without the password's hash. */
export function openUser(row: UserRow, encryption: Encryption): User {
  return {
    id: row.id,
    email: encryption.open(row.email_sealed, emailPlace(row.id)).toString(),
    name: row.name,
    role: row.role,
    mustChangePassword: row.must_change_password,
    disabled: row.disabled,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    version: row.version,
  };
}

function emailPlace(userId: string): string {
  return `users/${userId}/email_sealed`;
}
