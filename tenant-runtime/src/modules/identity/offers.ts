import { type EmailAddress, parseEmailAddress } from "../../platform/contact-data/email-address.ts";
import type { Transaction } from "../../platform/database/database.ts";
import type { Encryption } from "../../platform/secrets/encryption.ts";
import { openUser } from "./store/sealing.ts";
import { type UserRow, usersTable } from "./store/table.ts";

/** The questions about users that other modules may ask, in their own transactions. */
export interface IdentityOffers {
  /** The email of a user who can log in. */
  emailOf(transaction: Transaction, id: string): Promise<EmailAddress | undefined>;
  /** The emails of the administrators who can log in: the first ones, at most `most`. */
  emailsOfAdministrators(transaction: Transaction, most: number): Promise<EmailAddress[]>;
}

export function createIdentityOffers({ encryption }: { readonly encryption: Encryption }): IdentityOffers {
  const emailsIn = (rows: readonly UserRow[]) =>
    rows.flatMap((row) => parseEmailAddress(openUser(row, encryption).email) ?? []);
  return {
    async emailOf(transaction, id) {
      const rows = await usersTable.where(transaction, "id::text = $1 AND disabled_at IS NULL", [id]);
      return emailsIn(rows)[0];
    },
    async emailsOfAdministrators(transaction, most) {
      const first = `id IN (SELECT id FROM users WHERE role = 'admin' AND disabled_at IS NULL
        ORDER BY created_at, id LIMIT $1)`;
      return emailsIn(await usersTable.where(transaction, first, [most]));
    },
  };
}
