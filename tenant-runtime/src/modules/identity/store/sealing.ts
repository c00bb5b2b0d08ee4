import { emailHash as hashOf } from "../../../module/table/contact-search.ts";
import { sealedColumns } from "../../../module/table/sealed-columns.ts";
import type { EmailAddress } from "../../../platform/contact-data/email-address.ts";
import type { Encryption } from "../../../platform/secrets/encryption.ts";
import type { User } from "./models.ts";
import type { UserRow } from "./table.ts";

/** The columns that hold a user's email: sealed, and hashed for login. */
export function sealEmail(userId: string, email: EmailAddress, encryption: Encryption) {
  const { seal } = sealedColumns(encryption, "users", userId);
  return { email_sealed: seal("email_sealed", email.text), email_exact: emailHash(email, encryption) };
}

/** The hash for finding a user by this email. */
export function emailHash(email: EmailAddress, { index }: Encryption): Buffer {
  return hashOf(index, "users", email);
}

/** The user in a row, without the password's hash. */
export function openUser(row: UserRow, encryption: Encryption): User {
  return {
    id: row.id,
    email: sealedColumns(encryption, "users", row.id).open("email_sealed", row.email_sealed),
    name: row.name,
    role: row.role,
    mustChangePassword: row.must_change_password,
    disabled: row.disabled,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    version: row.version,
  };
}
