import { randomUUID } from "node:crypto";
import { parseEmailAddress } from "../../platform/contact-data/email-address.ts";
import type { Database } from "../../platform/database/database.ts";
import type { Audit } from "../../platform/events/audit.ts";
import type { Encryption } from "../../platform/secrets/encryption.ts";
import { insertFirstAdministrator, insertUser } from "./repository.ts";
import { sealEmail } from "./sealing.ts";

/** admin.json: who is the first administrator, with the hash of a one-time password. */
export interface AdministratorAccount {
  readonly email: string;
  readonly passwordHash: string;
}

/**
 * Creates the first administrator, once for each email that admin.json ever names: restarts and other
 * replicas change nothing, and neither does a user who has that email already. True when it created one.
 */
export async function ensureFirstAdministrator(
  world: {
    readonly database: Database;
    readonly encryption: Encryption;
    readonly audit: Audit;
    /** How long the one-time password works from now on. */
    readonly oneTimePasswordHours: number;
  },
  account: AdministratorAccount,
): Promise<boolean> {
  const email = parseEmailAddress(account.email);
  if (email === undefined) {
    throw new Error("admin.json: email is not an email address: set spec.adminEmail of the Tenant to one");
  }
  const id = randomUUID();
  const sealed = sealEmail(id, email, world.encryption);
  return world.database.transaction(async (transaction) => {
    if (!(await insertFirstAdministrator(transaction, sealed.email_exact))) return false;
    const password = { password_hash: account.passwordHash, oneTimeHours: world.oneTimePasswordHours };
    const user = { id, ...sealed, ...password, name: null, role: "admin" } as const;
    if (!(await insertUser(transaction, user))) return false;
    await world.audit(transaction, {
      actor: { id: "system", requestId: undefined },
      action: "user.created",
      entityType: "user",
      entityId: id,
      details: { role: "admin", reason: "first administrator" },
    });
    return true;
  });
}
